"""Write self-contained HTML pages: the frame, cells and tables of every page, and a list as one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from tslic_admin.formats.writing.csv_files import FileCell, TextTarget

# forbids the browser to fetch or run anything for the page
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
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
"""
SHORT = 20  # characters that stand in one line: a day or a name is not broken at its hyphens
PAGE_END = "</body>\n</html>\n"
# characters that HTML cannot hold, or that nobody would see
_CONTROLS = dict.fromkeys(
    {*range(32), *range(127, 160)} - {ord("\t"), ord("\n")}, "\N{REPLACEMENT CHARACTER}"
)


def html_text(value: str) -> str:
    """A text escaped for a page, as the content of an element or the value of an attribute."""
    shown = value.replace("\r\n", "\n").translate(_CONTROLS)
    return escape(shown).encode("ascii", "xmlcharrefreplace").decode("ascii")


def page_start(title: str, *, style: str = "") -> str:
    """The page up to the content of its body. `style`: further CSS rules, after those of all pages."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html_text(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n"
    )


class Html(str):
    """A text that is markup already: it is not escaped."""

    __slots__ = ()


class Figure(Html):
    """Markup of a number: its cell is aligned to the right."""

    __slots__ = ()


HtmlValue = str | int | float | None


def html_cell(value: HtmlValue) -> str:
    """A cell of a table: numbers to the right, short texts such as days on one line."""
    if isinstance(value, Figure | int | float):
        return f'<td class="n">{value}</td>'
    if isinstance(value, Html):
        return f"<td>{value}</td>"
    short = ' class="s"' if value and len(value) <= SHORT and "\n" not in value else ""
    return f"<td{short}>{html_text(value or '')}</td>"


def html_row(cells: Iterable[HtmlValue], *, attributes: str = "") -> str:
    return f"<tr{attributes}>{''.join(map(html_cell, cells))}</tr>\n"


def html_table(headings: Iterable[str], rows: Iterable[str], *, label: str) -> Iterator[str]:
    """A table of rows that come one by one. `label`: its name for screen readers."""
    columns = "".join(f'<th scope="col">{html_text(heading)}</th>' for heading in headings)
    yield f'<table aria-label="{html_text(label)}">\n<thead><tr>{columns}</tr></thead>\n<tbody>\n'
    yield from rows
    yield "</tbody>\n</table>\n"


def html_facts(pairs: Iterable[tuple[str, HtmlValue]]) -> str:
    """A list of names and values; empty values are left out."""
    shown = (
        f"<dt>{html_text(name)}</dt><dd>{value if isinstance(value, Html) else html_text(str(value))}</dd>\n"
        for name, value in pairs
        if value not in (None, "")
    )
    return f"<dl>\n{''.join(shown)}</dl>\n"


_LIST_STYLE = """
thead th { position: sticky; top: 0; background: Canvas; }
tbody tr:nth-child(even) { background: #8881; }
@page { size: A4 landscape; }
@media print { thead th { position: static; } }
"""


class HtmlListWriter:
    """`facts`: what the list is, above the table; `warning`: what must not be overlooked."""

    def __init__(
        self,
        target: TextTarget,
        title: str,
        facts: Iterable[tuple[str, str]],
        headings: Sequence[str],
        *,
        warning: str = "",
    ) -> None:
        self._target = target
        listed = "".join(f"<dt>{html_text(name)}</dt><dd>{html_text(fact)}</dd>\n" for name, fact in facts)
        warned = f'<p class="warning">{html_text(warning)}</p>\n' if warning else ""
        columns = "".join(f'<th scope="col">{html_text(heading)}</th>' for heading in headings)
        target.write(
            f"{page_start(title, style=_LIST_STYLE)}<h1>{html_text(title)}</h1>\n{warned}<dl>\n{listed}</dl>\n"
            f"<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n"
        )

    def row(self, cells: Iterable[FileCell]) -> None:
        self._target.write(f"<tr>{''.join(map(html_cell, cells))}</tr>\n")

    def finish(self, below: str) -> None:
        """End the page; `below`: a last line under the table."""
        self._target.write(f"</tbody>\n</table>\n<p>{html_text(below)}</p>\n{PAGE_END}")
