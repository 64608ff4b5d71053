"""Write self-contained HTML pages with the templates of this folder (`*.mako`), which get one dataclass each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tslic_admin.formats.writing.csv_files import FileCell, TextTarget

if TYPE_CHECKING:
    from mako.lookup import TemplateLookup

# forbids the browser to fetch or run anything for the page
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SHORT = 20  # characters that stand in one line: a day or a name is not broken at its hyphens
# characters that HTML cannot hold, or that nobody would see
_CONTROLS = dict.fromkeys(
    {*range(32), *range(127, 160)} - {ord("\t"), ord("\n")}, "\N{REPLACEMENT CHARACTER}"
)
_PIECES = 4096  # pieces of a page that are collected before they are written

# What a cell or a fact can be besides a plain value.


@dataclass(frozen=True, slots=True)
class Span:
    """A text with a CSS class or with an id that links lead to."""

    text: str
    style: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the element of the page with the id `target`."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Entries:
    """Links to history entries: the number of each, and by how much it changed a figure (None: not shown)."""

    changes: Sequence[tuple[int, int | None]] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, aligned to the right; below it the history entries that it comes from."""

    value: FileCell | Span
    entries: Entries = Entries()


@dataclass(frozen=True, slots=True)
class Lines:
    """Several values, each on a line of its own."""

    lines: Sequence[str | Span | int | None]


Value = FileCell | Span | Link | Entries | Figure | Lines
Fact = tuple[str, Value]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. `id`: what links lead to; `style`: its CSS class, used where there is no id."""

    cells: Sequence[Value]
    id: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are read while it is written. `label`: its name for screen readers."""

    headings: Iterable[str]
    rows: Iterable[Row]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report. `text` stands above its table, `note` below; `level`: of its heading, 2 or 3."""

    title: str
    text: str = ""
    table: Table | None = None
    note: str = ""
    level: int = 2


@dataclass(frozen=True, slots=True)
class ListPage:
    """The page of a list. `closing`: the line below the table, asked for after the last row was written."""

    title: str
    facts: Iterable[tuple[str, str]]
    table: Table
    closing: Callable[[], str]
    warning: str = ""


def write_page(template: str, page: object, target: TextTarget) -> None:
    """Write a page while its object is read, so that a list of any length is never held in memory.

    `template`: the name of its file; `page`: the dataclass that it shows.
    """
    from mako.runtime import Context  # noqa: PLC0415 - 80 ms, and few commands write a page

    text = _PageText(target)
    _templates().get_template(template).render_context(Context(text, page=page))
    text.flush()


@cache
def _templates() -> TemplateLookup:
    """All templates, as text: an installed program may be an archive, which Mako cannot read."""
    from mako.lookup import TemplateLookup  # noqa: PLC0415 - as above

    lookup = TemplateLookup(default_filters=["h"], strict_undefined=True)
    for file in files(__package__).iterdir():
        if file.name.endswith(".mako"):
            lookup.put_string(file.name, file.read_text(encoding="utf-8"))
    return lookup


class _PageText:
    """The text of a page on its way to a file: plain ASCII, without control characters."""

    def __init__(self, target: TextTarget) -> None:
        self._target = target
        self._pieces: list[str] = []

    def write(self, text: str) -> None:
        self._pieces.append(text)
        if len(self._pieces) >= _PIECES:
            self.flush()

    def flush(self) -> None:
        text = "".join(self._pieces).replace("\r\n", "\n").translate(_CONTROLS)
        self._pieces.clear()
        self._target.write(text.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def cell_class(value: Value) -> str:
    """The class attribute of a table cell: `n` aligns a number to the right, `s` keeps a short text, such as a day, on one line."""
    if isinstance(value, str):
        return ' class="s"' if value and len(value) <= SHORT and "\n" not in value else ""
    return ' class="n"' if isinstance(value, Figure | int | float) else ""
