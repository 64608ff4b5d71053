"""Exporting secrets whole: on purpose, and with a history entry that says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from tslic_admin.db.bulk import Line
from tslic_admin.db.recording import next_entry, seal
from tslic_admin.db.store import Store
from tslic_admin.db.tables import ServerRow
from tslic_admin.services import clearinghouse
from tslic_admin.services.acts import now
from tslic_admin.services.export_files import new_file
from tslic_admin.services.export_rows import Progress
from tslic_admin.services.export_wishes import Wanted
from tslic_admin.services.exports import Exported, export
from tslic_admin.services.report_files import Progress as KitProgress
from tslic_admin.services.report_files import Written
from tslic_admin.wording.clearinghouse import OF_ALL, of_server

T = TypeVar("T")


def export_revealed(
    store: Store, wish: Wanted, target: Path | BinaryIO, file_name: str, progress: Progress = lambda *_: None
) -> Exported:
    """Like `export`, with an entry of kind *reveal*, which is committed before a secret leaves.

    The entry's one line is no record's: kind `export`, number 0, the list as its reference.
    """

    def write(stream: BinaryIO, at: datetime, head: tuple[int, str]) -> Exported:
        return export(store.path, lambda: at, wish, stream, progress, head=head)

    line = ("export", 0, wish.spec.kind, "Revealed", None, file_name)
    entry, exported = _revealing(store, target, line, write)
    return replace(exported, entry=entry)


def kit_revealed(
    store: Store,
    server_id: int | None,
    target: Path | BinaryIO,
    file_name: str,
    progress: KitProgress = lambda *_: None,
) -> Written:
    """Like `write_kit`, with every code and number whole: an entry as above, of kind `report`."""

    def write(stream: BinaryIO, at: datetime, head: tuple[int, str]) -> Written:
        return clearinghouse.write(store.path, lambda: at, server_id, stream, progress, revealed=head)

    with store.reading() as session:
        name = session.get_one(ServerRow, server_id).name if server_id is not None else None
    what = OF_ALL if name is None else of_server(name)
    _, written = _revealing(store, target, ("report", 0, what, "Revealed", None, file_name), write)
    return written


def _revealing(
    store: Store,
    target: Path | BinaryIO,
    line: Line,
    write: Callable[[BinaryIO, datetime, tuple[int, str]], T],
) -> tuple[int, T]:
    """Write the entry, then what it is about, which leaves the program once the entry is committed."""
    with _place(target, store.path) as stream:
        held = io.BytesIO()
        with store.writing() as session:
            entry = seal(session, "reveal", more=[line]) or 0
            written = write(held, now(session), (entry, next_entry(session)[1]))
        stream.write(held.getbuffer())
    return entry, written


def _place(target: Path | BinaryIO, store: Path) -> AbstractContextManager[BinaryIO]:
    return new_file(target, besides=store) if isinstance(target, Path) else nullcontext(target)
