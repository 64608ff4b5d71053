"""Which formats files are exported in, which lists and forms each of them takes, and which one an ending means."""

from __future__ import annotations

from dataclasses import dataclass

MACHINE, READABLE = "machine", "readable"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """`forms`: machine or readable, the usual one first; none where it has a form of its own.

    `kinds`: the lists that it is for; empty: every list.
    """

    ending: str
    forms: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()


# formats.md, section 6: workbooks and pages are for people; programs take CSV and JSON
FORMATS = {
    "csv": FileFormat("csv", (MACHINE, READABLE)),
    "json": FileFormat("json", (MACHINE, READABLE)),
    "xlsx": FileFormat("xlsx", (READABLE, MACHINE)),
    "html": FileFormat("html", (READABLE,)),
    "ics": FileFormat("ics", kinds=frozenset({"due"})),
    "snipe-it": FileFormat("csv", kinds=frozenset({"packs"})),
}
ENDINGS = {"csv": "csv", "json": "json", "xlsx": "xlsx", "html": "html", "htm": "html", "ics": "ics"}
# a search goes over several kinds of things: it has no machine form
ONLY_READABLE = {"found"}


def formats_for(kind: str) -> list[str]:
    """The formats that a list can be exported in."""
    return [name for name, one in FORMATS.items() if not one.kinds or kind in one.kinds]


def forms_for(kind: str, file_format: str) -> tuple[str, ...]:
    """The forms that a list has in a format, the usual one first."""
    forms = FORMATS[file_format].forms
    return tuple(form for form in forms if form != MACHINE or kind not in ONLY_READABLE)


def format_of(file_name: str) -> str | None:
    """The format that a file's ending means."""
    _, dot, ending = file_name.rpartition(".")
    return ENDINGS.get(ending.casefold()) if dot else None
