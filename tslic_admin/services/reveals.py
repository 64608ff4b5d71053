"""Exporting secrets whole: on purpose, and with a history entry that says so."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tslic_admin.db.recording import next_entry, seal
from tslic_admin.db.store import Store
from tslic_admin.services.acts import now
from tslic_admin.services.export_files import new_file
from tslic_admin.services.export_rows import Progress
from tslic_admin.services.export_wishes import Wanted
from tslic_admin.services.exports import Exported, export


def export_revealed(
    store: Store, wish: Wanted, target: Path | BinaryIO, file_name: str, progress: Progress = lambda *_: None
) -> Exported:
    """Like `export`, with an entry of kind *reveal*, which is committed before a secret leaves.

    The entry's one line is no record's: kind `export`, number 0, the list as its reference.
    """
    with _place(target, store.path) as stream:
        written = io.BytesIO()
        with store.writing() as session:
            at = now(session)
            line = ("export", 0, wish.spec.kind, "Revealed", None, file_name)
            entry = seal(session, "reveal", more=[line])
            head = (entry or 0, next_entry(session)[1])
            exported = export(store.path, lambda: at, wish, written, progress, head=head)
        stream.write(written.getbuffer())
    return replace(exported, entry=entry)


def _place(target: Path | BinaryIO, store: Path) -> AbstractContextManager[BinaryIO]:
    return new_file(target, besides=store) if isinstance(target, Path) else nullcontext(target)
