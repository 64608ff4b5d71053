"""The command that imports files of license servers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from tslic_admin.console.command import EXIT_ATTENTION, EXIT_REFUSED, Argument, Command, Option
from tslic_admin.console.invocation import Invocation
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.clocks import read_moment
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.recognise import RECOGNISERS
from tslic_admin.formats.tables.dates import ORDERS
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.column_mappings import read_mappings
from tslic_admin.services.importing.files import (
    FoundFile,
    ImportOptions,
    SourceFile,
    find_files,
    read_zone,
    sources_of,
)
from tslic_admin.services.importing.results import FileResult
from tslic_admin.services.importing.staging import stage
from tslic_admin.wording import messages
from tslic_admin.wording.importing.evidence import unmatched_text
from tslic_admin.wording.importing.preview import difference_counts_text, not_linked_text

RESULT_COUNTS = ("new", "changed", "unchanged", "vanished", "linked", "ambiguous")


def import_files(invocation: Invocation) -> int:
    options = _import_options(invocation)
    with ExitStack() as open_:
        sources = list(_sources(invocation.texts("files"), open_))
        invocation.open_file()
        options = replace(options, mappings=read_mappings(invocation.path, invocation.now))
        staged = open_.enter_context(stage(sources, options, progress=_progress(invocation)))
        if invocation.switch("dry_run"):
            with invocation.reading() as session:
                results = imports.preview(session, staged, progress=_progress(invocation))
            _show_results(invocation, None, results, staged.notices)
            return EXIT_ATTENTION if any(result.refused for result in results) else 0
        skip = invocation.switch("skip_refused")
        try:
            with invocation.writing() as session:
                import_result = imports.apply(
                    session, staged, skip_refused=skip, progress=_progress(invocation)
                )
        except RuleViolation as refusal:
            if refusal.code != "import-refused":
                raise
            _show_results(
                invocation, None, cast("tuple[FileResult, ...]", refusal.facts["results"]), staged.notices
            )
            invocation.terminal.write_error(messages.refusal_text(refusal))
            return EXIT_REFUSED
    _show_results(invocation, import_result.act.entry, import_result.results, import_result.act.notices)
    return 0


def _import_options(invocation: Invocation) -> ImportOptions:
    taken_at, zone = invocation.text("taken_at"), invocation.text("time_zone")
    for field, allowed, code in (
        ("format", RECOGNISERS, "unknown-format"),
        ("date_order", ORDERS, "unknown-date-order"),
    ):
        value = invocation.text(field)
        if value not in (None, "auto", *allowed):
            raise RuleViolation(code, field=field, value=value, known=", ".join(allowed))
    return ImportOptions(
        server=invocation.text("server"),
        format=invocation.text("format") or "auto",
        date_order=invocation.text("date_order") or "auto",
        time_zone=zone,
        taken_at=read_moment(taken_at, field="taken_at", zone=read_zone(zone)) if taken_at else None,
        complete=invocation.switch("complete"),
    )


def _sources(names: list[str], open_: ExitStack) -> Iterable[SourceFile]:
    """The files that the names mean, each once, and standard input as a file of its own.

    All are opened once before anything else is done.

    Raises StoreTrouble `file-missing` or `file-unreadable`, RuleViolation find_files'.
    """
    found_files: list[FoundFile] = []
    for name in names:
        try:
            files = find_files([name]) if name != "-" else [FoundFile(_standard_input(open_))]
            for file in files:
                file.path.open("rb").close()
        except FileNotFoundError as error:
            raise StoreTrouble("file-missing", path=name) from error
        except OSError as error:
            raise StoreTrouble("file-unreadable", path=name, why=error.strerror or error) from error
        found_files += files
    by_path: dict[str, FoundFile] = {}
    for file in found_files:
        by_path.setdefault(str(file.path.absolute()), file)
    return sources_of(list(by_path.values()))


def _standard_input(open_: ExitStack) -> Path:
    """A copy of standard input, which can be read only once and may be larger than the memory."""
    folder = open_.enter_context(TemporaryDirectory(prefix="tslic-import-", ignore_cleanup_errors=True))
    path = Path(folder) / "-"
    with path.open("wb") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
    return path


def _progress(invocation: Invocation) -> Progress:
    return lambda done, _total: invocation.terminal.progress(f"{done} rows")


def _show_results(
    invocation: Invocation, entry: int | None, results: Sequence[FileResult], notices: Iterable[Notice]
) -> None:
    notice_texts = [messages.notice_text(notice) for notice in notices]
    merged = list(_merge_by_file(results))
    if invocation.terminal.as_json:
        invocation.terminal.document({"entry": entry, "imported": merged, "notices": notice_texts})
        return
    headings = ["File", "Format", "Server", *(name.capitalize() for name in RESULT_COUNTS), "Refused"]
    rows = (
        [
            one["file"],
            one["format"],
            one["server"],
            *(one[name] for name in RESULT_COUNTS),
            len(one["refused"]),
        ]
        for one in merged
    )
    invocation.terminal.table(headings, rows, nothing="Nothing was read.")
    for result in results:
        if differences := difference_counts_text(dict(result.change_counts)):
            invocation.terminal.line(f"{result.file}, {result.server}: {differences}")
    for one in merged:
        for refused in one["refused"]:
            where = f"{one['file']}, line {refused['line']}" if refused["line"] else one["file"]
            invocation.terminal.line(f"{where}: {refused['reason']}")
    for result in results:
        for question in result.questions:
            invocation.terminal.line(
                not_linked_text(question.kind, question.listed, (name for _, name in question.candidates))
            )
    for line in _unmatched_lines(results):
        invocation.terminal.line(line)
    for text in notice_texts:
        invocation.terminal.line(text)
    if entry is not None:
        invocation.terminal.line(f"Imported. History entry {entry}.")
    else:
        invocation.terminal.line("Nothing was changed.")


def _unmatched_lines(results: Sequence[FileResult]) -> Iterable[str]:
    """How much of the evidence matched no license, with some examples."""
    count = sum(result.unmatched for result in results)
    if count:
        yield unmatched_text(count)
    for result in results:
        yield from (f"{result.file}, line {one.line}: {one.about}" for one in result.unmatched_examples)
        if result.unmatched > len(result.unmatched_examples):
            yield f"{result.file}: and {result.unmatched - len(result.unmatched_examples)} more"


def _merge_by_file(results: Iterable[FileResult]) -> Iterable[dict[str, Any]]:
    """One object for a file and server, though a file may hold several lists of it."""
    merged: dict[tuple[str, str | None], dict[str, Any]] = {}
    for result in results:
        document = merged.setdefault(
            (result.file, result.server),
            {
                "file": result.file,
                "format": result.format,
                "server": result.server,
                "taken_at": result.taken_at,
                **dict.fromkeys(RESULT_COUNTS, 0),
                "refused": [],
            },
        )
        for name in RESULT_COUNTS:
            document[name] += getattr(result, name)
        document["refused"] += [
            {
                "line": refused.line,
                "value": refused.value,
                "reason": messages.row_refusal_text(refused.code, refused.value, refused.facts),
            }
            for refused in result.refused
        ]
    return merged.values()


COMMANDS = (
    Command(
        ("import",),
        import_files,
        (
            Argument(
                "files", "FILE", "a file, a folder or a pattern; - is standard input", many=True, file=True
            ),
        ),
        (
            Option("--server", "server", "NAME", "the server of rows that name none"),
            Option("--format", "format", "NAME", "auto, or the format's name"),
            Option("--date-order", "date_order", "ORDER", "auto, mdy, dmy or ymd"),
            Option("--time-zone", "time_zone", "ZONE", "the exporting server's, such as Europe/Berlin"),
            Option("--taken-at", "taken_at", "TIME", "when the lists were made, as 2026-03-02T14:30"),
            Option("--complete", "complete", None, "the lists are all there was: what they lack is gone"),
            Option("--dry-run", "dry_run", None, "say what would be done, and change nothing"),
            Option("--skip-refused", "skip_refused", None, "leave out what is refused"),
        ),
    ),
)
