<%inherit file="page.mako"/>\
<h1>${page.title}</h1>
% if page.warning:
${self.warning(page.warning)}\
% endif
${self.facts(page.facts)}\
${self.table(page.table)}\
<p>${page.closing()}</p>
##
<%def name="style()">\
thead th { position: sticky; top: 0; background: Canvas; }
tbody tr:nth-child(even) { background: #8881; }
@page { size: A4 landscape; }
@media print { thead th { position: static; } }
</%def>\
