<%inherit file="page.mako"/>\
<h1>${page.title}</h1>
<table>
% for name, value in page.facts:
<tr><th>${name}</th><td>${value}</td></tr>
% endfor
</table>
<h2>Steps</h2>
<ol>
% for step in page.steps:
<li><span class="box"></span>${step}</li>
% endfor
</ol>
<h2>What this does</h2>
<ul>
% for effect in page.effects:
<li>${effect}</li>
% endfor
</ul>
<p><span class="line"></span><span class="line"></span><br>Date and name</p>
##
<%def name="style()">\
body { font-size: 11pt; max-width: 46em; margin: 2em auto; }
th, td { border: none; padding: 0 1.5em 0 0; }
ol li { list-style: none; margin: .5em 0; }
ol { padding: 0; }
.box { display: inline-block; width: .9em; height: .9em; border: 1px solid; margin-right: .7em; vertical-align: -.1em; }
.line { display: inline-block; border-bottom: 1px solid; min-width: 16em; height: 1.6em; margin-right: 2em; }
@media print { body { font-size: 11pt; margin: 0; } }
</%def>\
