<%inherit file="page.mako"/>\
<h1>${page.title}</h1>
% for sentence in page.warnings:
${self.warning(sentence)}\
% endfor
${self.facts(page.facts)}\
% for part in page.sections:
${self.section(part)}\
% endfor
<h2>How this was counted</h2>
${self.facts(page.method_notes)}\
##
<%def name="style()">\
.from { display: block; font-size: .85em; white-space: normal; }
.digest { font-family: monospace; font-size: .8em; overflow-wrap: anywhere; }
.sum td { font-weight: 600; border-top: 2px solid; }
@page { size: A4 landscape; }
</%def>\
