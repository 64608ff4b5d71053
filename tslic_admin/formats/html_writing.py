"""Writing a list as one page that needs nothing else: title, what the list is, a table that prints well. Row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tslic_admin.formats.csv_writing import Cell, Text
from tslic_admin.formats.html_page import END, begin, text

_STYLE = """
thead th { position: sticky; top: 0; background: Canvas; }
tbody tr:nth-child(even) { background: #8881; }
td.s { white-space: nowrap; }
@page { size: A4 landscape; }
@media print { thead th { position: static; } }
"""
SHORT = 20  # characters that stand in one line: a day or a name is not broken at its hyphens


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
        self._target.write(f"<tr>{''.join(map(_cell, cells))}</tr>\n")

    def finish(self, below: str) -> None:
        """End the page; `below`: a last line under the table."""
        self._target.write(f"</tbody>\n</table>\n<p>{text(below)}</p>\n{END}")


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<td></td>"
    if isinstance(cell, str):
        short = ' class="s"' if 0 < len(cell) <= SHORT and "\n" not in cell else ""
        return f"<td{short}>{text(cell)}</td>"
    return f'<td class="n">{cell}</td>'
