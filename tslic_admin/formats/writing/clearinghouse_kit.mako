<%inherit file="page.mako"/>\
% if page.nothing:
<h1>${page.title}</h1>
<p>${page.nothing}</p>
% endif
% for sheet in page.sheets:
<table class="sheet" role="presentation">
<thead><tr><th><div class="running"><span>${page.title}: ${sheet.server}</span>\
<span class="notice${" warning" if page.unmasked else ""}">${page.notice}</span></div></th></tr></thead>
<tbody><tr><td>
<h1>${sheet.server}</h1>
<p>${page.purpose}</p>
${self.facts(sheet.facts)}\
% for part in sheet.sections:
${self.section(part)}\
% endfor
<p class="made">${page.origin}</p>
</td></tr></tbody>
</table>
% endfor
##
## Browsers repeat the head of the outer table on every printed page of its server. `position: fixed` would cover
## the text below it.
<%def name="style()">\
.sheet { width: 100%; table-layout: fixed; border: none; }
.sheet > thead > tr > th, .sheet > tbody > tr > td { border: none; padding: 0; max-width: none; white-space: normal;
  overflow-wrap: normal; }
.sheet > tbody > tr { break-inside: auto; }
.sheet + .sheet { break-before: page; }
.running { display: flex; justify-content: space-between; gap: 2rem; border-bottom: 2px solid; margin-bottom: .6rem;
  padding-bottom: .2rem; }
.running > * { overflow-wrap: anywhere; unicode-bidi: isolate; }
.running > .notice { flex: none; overflow-wrap: normal; }
.made { font-size: .9em; margin-top: 1.2em; overflow-wrap: anywhere; }
.code { font-family: monospace; white-space: normal; overflow-wrap: normal; }
td .code { display: inline-block; min-width: 18ch; }
@page { size: A4 landscape; }
@media screen { .sheet + .sheet { margin-top: 3rem; } }
</%def>\
