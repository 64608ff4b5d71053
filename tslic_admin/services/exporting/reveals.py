"""Exports secrets unmasked, with a history entry that says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from tslic_admin.db.history.bulk import Line
from tslic_admin.db.history.recording import next_entry, seal
from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.progress import Progress
from tslic_admin.services.exporting.export_request import ExportRequest
from tslic_admin.services.exporting.writers import ExportResult, export
from tslic_admin.services.output_file import new_file
from tslic_admin.services.reports import clearinghouse
from tslic_admin.services.reports.report import ReportResult
from tslic_admin.services.sealing import now
from tslic_admin.wording.exporting.clearinghouse import ALL_SERVERS_NAME, server_kit_name

T = TypeVar("T")


def export_revealed(
    store: Store,
    request: ExportRequest,
    target: Path | BinaryIO,
    file_name: str,
    progress: Progress = lambda *_: None,
) -> ExportResult:
    """Export with secrets unmasked. An entry of kind *reveal* is committed before any secret is written.

    The entry's one line is about no record: kind `export`, number 0, the list as its reference.
    """

    def write(stream: BinaryIO, at: datetime, head: tuple[int, str]) -> ExportResult:
        return export(store.path, lambda: at, request, stream, progress, head=head)

    line = ("export", 0, request.spec.kind.name, "Revealed", None, file_name)
    entry, result = _write_revealed(store, target, line, write)
    return replace(result, entry=entry)


def kit_revealed(
    store: Store,
    server_id: int | None,
    target: Path | BinaryIO,
    file_name: str,
    progress: Progress = lambda *_: None,
) -> ReportResult:
    """Like `write_kit`, with every code and number unmasked; the entry's line has the kind `report`."""

    def write(stream: BinaryIO, at: datetime, head: tuple[int, str]) -> ReportResult:
        return clearinghouse.write_kit_to(store.path, lambda: at, server_id, stream, progress, revealed=head)

    with store.reading() as session:
        name = session.get_one(ServerRow, server_id).name if server_id is not None else None
    reference = ALL_SERVERS_NAME if name is None else server_kit_name(name)
    _, result = _write_revealed(store, target, ("report", 0, reference, "Revealed", None, file_name), write)
    return result


def _write_revealed(
    store: Store,
    target: Path | BinaryIO,
    line: Line,
    write: Callable[[BinaryIO, datetime, tuple[int, str]], T],
) -> tuple[int, T]:
    """Write the entry and the file's content; the content reaches the target once the entry is committed."""
    with _open_target(target, store.path) as stream:
        buffer = io.BytesIO()
        with store.writing() as session:
            entry = seal(session, "reveal", bulk_lines=[line]) or 0
            result = write(buffer, now(session), (entry, next_entry(session)[1]))
        stream.write(buffer.getbuffer())
    return entry, result


def _open_target(target: Path | BinaryIO, store: Path) -> AbstractContextManager[BinaryIO]:
    return new_file(target, besides=store) if isinstance(target, Path) else nullcontext(target)
