"""Writing a list as one page that needs nothing else: title, what the list is, a table that prints well. Row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tslic_admin.formats.csv_writing import Cell, Text
from tslic_admin.formats.html_page import END, begin, cell, text

_STYLE = """
thead th { position: sticky; top: 0; background: Canvas; }
tbody tr:nth-child(even) { background: #8881; }
@page { size: A4 landscape; }
@media print { thead th { position: static; } }
"""


class HtmlWriting:
    """`facts`: what the list is, above the table; `warning`: what must not be overlooked."""

    def __init__(
        self,
        target: Text,
        title: str,
        facts: Iterable[tuple[str, str]],
        headings: Sequence[str],
        *,
        warning: str = "",
    ) -> None:
        self._target = target
        listed = "".join(f"<dt>{text(name)}</dt><dd>{text(fact)}</dd>\n" for name, fact in facts)
        warned = f'<p class="warning">{text(warning)}</p>\n' if warning else ""
        columns = "".join(f'<th scope="col">{text(heading)}</th>' for heading in headings)
        target.write(
            f"{begin(title, style=_STYLE)}<h1>{text(title)}</h1>\n{warned}<dl>\n{listed}</dl>\n"
            f"<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n"
        )

    def row(self, cells: Iterable[Cell]) -> None:
        self._target.write(f"<tr>{''.join(map(cell, cells))}</tr>\n")

    def finish(self, below: str) -> None:
        """End the page; `below`: a last line under the table."""
        self._target.write(f"</tbody>\n</table>\n<p>{text(below)}</p>\n{END}")
