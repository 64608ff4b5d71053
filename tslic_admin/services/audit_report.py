"""Write the audit report: verify, count, and one page to a file that is replaced whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tslic_admin.db.frozen import frozen
from tslic_admin.db.trouble import store_trouble
from tslic_admin.services.audit import Wanted, audited
from tslic_admin.services.audit_page import page
from tslic_admin.services.export_files import Hashed, new_file
from tslic_admin.services.history import verify_state
from tslic_admin.services.report_files import Progress, Written


def write_audit(
    path: Path,
    now: Callable[[], datetime],
    wish: Wanted,
    target: Path | BinaryIO,
    progress: Progress = lambda *_: None,
) -> Written:
    """Write the report, all of it on one state of the store.

    `progress` is told lines so far and of all; what it raises ends the writing and leaves the target as it was.
    Raises StoreTrouble: the store's, or `file-not-written`; RuleViolation `target-is-store`.
    """
    if isinstance(target, Path):
        with new_file(target, besides=path) as stream:
            return write_audit(path, now, wish, stream, progress)
    hashed = Hashed(target)
    with frozen(path, now) as state, store_trouble():
        # verifying reads every line twice; then come those of the period
        steps = _Steps(
            progress, 3 * state.connection.execute("SELECT count(*) FROM event_line").fetchone()[0]
        )
        with state.pulsed(steps.pulse):
            verification = verify_state(state, progress=lambda done, _: steps.at(done))
            audit = audited(state, now, wish, lambda done: steps.at(steps.total * 2 // 3 + done))
            for piece in page(state, audit, verification, now(), path):
                hashed.write(piece)
                steps.pulse()
    return Written(
        rows=sum(1 for _ in audit.all_packs),
        sha256=hashed.finish(),
        head=audit.head,
        state=verification.state,
        adds_up=audit.adds_up,
    )


class _Steps:
    """How far it is; tells it also while a long statement of the database runs, so that it can be ended there."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self.total, self._done = progress, total, 0

    def at(self, done: int) -> None:
        self._done = min(done, self.total)
        self.pulse()

    def pulse(self) -> None:
        self._progress(self._done, self.total)
