## The frame of every page, and what pages consist of. `page`: the page's own dataclass, with a title.
## A line without text ends with a backslash or is a comment: otherwise its line break would stand in the page.
<%! from tslic_admin.formats.writing.html_pages import POLICY, Entries, Figure, Lines, Link, Span, cell_class %>\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>
:root { color-scheme: light dark; }
body { font: 14px/1.4 "Segoe UI", system-ui, "Liberation Sans", Arial, sans-serif; margin: 1.5rem; }
h1, h2, h3, p { overflow-wrap: anywhere; unicode-bidi: plaintext; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.warning { border: 2px solid; padding: .4rem .6rem; font-weight: 600; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .2rem .5rem; border: 1px solid #8886; }
td { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; max-width: 40rem; }
td.s { white-space: nowrap; }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { border-bottom: 2px solid; }
@page { margin: 12mm; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 8.5pt; margin: 0; }
  a { color: inherit; text-decoration: none; }
  thead { display: table-header-group; }
  tr, dl, h1, h2, h3 { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
}
${self.style()}\
</style>
</head>
<body>
${next.body()}\
</body>
</html>
##
<%def name="style()"></%def>\
##
<%def name="warning(sentence)">\
<p class="warning">${sentence}</p>
</%def>\
##
<%def name="facts(pairs)">\
<dl>
% for name, value in pairs:
% if value not in (None, ""):
<dt>${name}</dt><dd>${content(value)}</dd>
% endif
% endfor
</dl>
</%def>\
##
<%def name="section(part)">\
<h${part.level}>${part.title}</h${part.level}>
% if part.text:
<p>${part.text}</p>
% endif
% if part.table is not None:
${table(part.table)}\
% endif
% if part.note:
<p>${part.note}</p>
% endif
</%def>\
##
<%def name="table(what)">\
% if what.label:
<table aria-label="${what.label}">
% else:
<table>
% endif
<thead><tr>\
% for heading in what.headings:
<th scope="col">${heading}</th>\
% endfor
</tr></thead>
<tbody>
% for row in what.rows:
% if row.id:
<tr id="${row.id}">\
% elif row.style:
<tr class="${row.style}">\
% else:
<tr>\
% endif
% for value in row.cells:
% if value is None:
<td></td>\
% elif isinstance(value, (str, int, float)):
<td${cell_class(value) | n}>${value}</td>\
% else:
<td${cell_class(value) | n}>${content(value)}</td>\
% endif
% endfor
</tr>
% endfor
</tbody>
</table>
</%def>\
##
## Inside a cell, white space is shown, so each line of these ends with a backslash.
<%def name="content(value)">\
% if value is None:
% elif isinstance(value, Span):
<span\
% if value.id:
 id="${value.id}"\
% endif
% if value.style:
 class="${value.style}"\
% endif
>${value.text}</span>\
% elif isinstance(value, Link):
<a href="#${value.target}">${value.text}</a>\
% elif isinstance(value, Entries):
${entries(value)}\
% elif isinstance(value, Figure):
${content(value.value)}\
% if value.entries.changes:
<span class="from">${"entry" if len(value.entries.changes) == 1 else "entries"} ${entries(value.entries)}</span>\
% endif
% elif isinstance(value, Lines):
% for line in value.lines:
${"" if loop.first else "<br>" | n}${content(line)}\
% endfor
% else:
${value}\
% endif
</%def>\
##
<%def name="entries(value)">\
% for number, amount in value.changes:
${"" if loop.first else ", "}<a href="#e${number}">${number}</a>\
% if amount is not None:
 (${f"{amount:+}".replace("-", "\N{MINUS SIGN}")})\
% endif
% endfor
</%def>\
