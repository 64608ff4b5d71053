"""The list, format and form of an export, read from typed texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from tslic_admin.db.lists.pages import LIST_QUERIES
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.kinds import ListKind, Row
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.clocks import read_day
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.wording.lists.all_lists import LIST_WORDS, words_of

MACHINE, READABLE = "machine", "readable"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """`forms`: machine or readable, the usual one first; none where it has a form of its own.

    `kinds`: the lists that it is for; empty: every list.
    """

    ending: str
    forms: tuple[str, ...] = ()
    kinds: frozenset[ListKind[Row]] = frozenset()


# formats.md, section 6: workbooks and pages are for people; programs take CSV and JSON
FORMATS = {
    "csv": FileFormat("csv", (MACHINE, READABLE)),
    "json": FileFormat("json", (MACHINE, READABLE)),
    "xlsx": FileFormat("xlsx", (READABLE, MACHINE)),
    "html": FileFormat("html", (READABLE,)),
    "ics": FileFormat("ics", kinds=frozenset({DUE})),
    "snipe-it": FileFormat("csv", kinds=frozenset({PACKS})),
}
ENDINGS = {"csv": "csv", "json": "json", "xlsx": "xlsx", "html": "html", "htm": "html", "ics": "ics"}


def formats_for(kind: ListKind[Row]) -> list[str]:
    """The formats that a list can be exported in."""
    return [name for name, one in FORMATS.items() if not one.kinds or kind in one.kinds]


def has_period(kind: ListKind[Row]) -> bool:
    """Whether the rows of a list have a day, so that those of a period can be exported."""
    return bool(LIST_QUERIES[kind.name].days)


def forms_for(kind: ListKind[Row], file_format: str) -> tuple[str, ...]:
    """The forms that a list has in a format, the usual one first."""
    forms = FORMATS[file_format].forms
    return tuple(form for form in forms if form != MACHINE or words_of(kind).machine is not None)


def format_of(file_name: str) -> str | None:
    """The format that a file's ending means."""
    _, dot, ending = file_name.rpartition(".")
    return ENDINGS.get(ending.casefold()) if dot else None


PERIOD_DAYS = ("recorded", "effective")

EXPORTED_LISTS: dict[str, ListSpec[Row]] = {
    name: ListSpec(words.kind, sort=words.whole.sort, ended=words.whole.ended)
    for name, words in LIST_WORDS.items()
    if words.whole is not None
}
"""The lists that can be exported by their name."""
# An entry's lines have columns of their own beside the entry's
LINE_COLUMN_PREFIX = "events."


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A list to export.

    `columns`: keys of wording/lists for the readable form, all where empty; of a history those of its lines
    begin with `events.`.
    """

    spec: ListSpec[Row]
    file_format: str
    readable: bool = False
    columns: tuple[str, ...] = ()


def read_export_request(
    what: str,
    *,
    file_name: str,
    file_format: str | None = None,
    readable: bool = False,
    machine: bool = False,
    server_id: int | None = None,
    since: str | None = None,
    until: str | None = None,
    by: str | None = None,
    reveal: bool = False,
) -> ExportRequest:
    """The export of a whole list, by texts as they were typed. Raises RuleViolation.

    Without `file_format`, the file's ending means the format; standard output is CSV. Without `readable` and
    `machine`, the form is the usual one of the format.
    """
    spec = EXPORTED_LISTS.get(what)
    if spec is None:
        raise RuleViolation("export-unknown", field="what", value=what, known=", ".join(EXPORTED_LISTS))
    format_name = read_format(spec.kind, file_name, file_format)
    if readable and machine:
        raise RuleViolation("export-two-forms", field="form")
    form = MACHINE if machine else READABLE if readable else None
    first, last = (
        read_day(text, field=field).isoformat() if text is not None else None
        for field, text in (("since", since), ("until", until))
    )
    day_kind = PERIOD_DAYS[0] if by is None else by.strip().casefold()
    if day_kind not in PERIOD_DAYS:
        raise RuleViolation("export-by-unknown", field="by", value=by, known=", ".join(PERIOD_DAYS))
    if (first or last or by is not None) and not has_period(spec.kind):
        raise RuleViolation("export-without-period", field="since", value=what)
    if first and last and first > last:
        raise RuleViolation("export-period-backwards", field="until", since=first, until=last)
    spec = replace(spec, server_id=server_id, since=first, until=last, by=day_kind, reveal=reveal)
    return ExportRequest(spec, format_name, readable=is_readable(spec.kind, format_name, form))


def read_format(kind: ListKind[Row], file_name: str, typed: str | None) -> str:
    """The format that was named, else the one that the file's ending means. Raises RuleViolation."""
    formats = formats_for(kind)
    if typed is not None:
        format_name: str | None = typed.strip().casefold()
    else:
        format_name = "csv" if file_name == "-" else format_of(file_name)
    if format_name not in FORMATS:
        path = PurePath(file_name)
        value = typed or path.suffix.removeprefix(".") or path.name
        raise RuleViolation(
            "export-format-unknown", field="file_format", value=value.strip(), known=", ".join(formats)
        )
    if format_name not in formats:
        raise RuleViolation(
            "export-format-not-for-list", field="file_format", value=format_name, known=", ".join(formats)
        )
    return format_name


def is_readable(kind: ListKind[Row], file_format: str, form: str | None) -> bool:
    """Whether the file will have the readable form. Raises RuleViolation `export-no-machine-form`."""
    forms = forms_for(kind, file_format)
    if form == MACHINE and form not in forms:
        known = ", ".join(name for name in formats_for(kind) if MACHINE in forms_for(kind, name))
        raise RuleViolation("export-no-machine-form", field="file_format", value=file_format, known=known)
    return (form or (forms or (MACHINE,))[0]) == READABLE


def reveals_secrets(request: ExportRequest) -> bool:
    """Whether the file will have unmasked secrets: then only services/exporting/reveals.py may write it."""
    return request.spec.reveal and request.spec.kind.has_secrets
