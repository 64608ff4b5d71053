"""Saves what is typed into a reissue worksheet within half a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.reissue import requests
from tslic_admin.services.reissue.worksheets import Draft
from tslic_admin.ui.gateway.gateway import Gateway

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SAVE_DELAY_MS = 500


class DraftKeeper(QObject):
    """`read_draft` returns the contents of the worksheet. A draft is not recorded: it leaves no history entry."""

    saved = Signal()  # everything typed so far is in the store, or not needed any more
    failed = Signal()  # trouble with the store, which the window shows: the draft is not saved yet

    def __init__(
        self, gateway: Gateway, number: int, read_draft: Callable[[], Draft], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._gateway, self._number, self._read_draft = gateway, number, read_draft
        self._unsaved = False
        self._saves_pending = 0
        # the next key does not restart it: continuous typing also loses half a second at most
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self._save_in_turn)

    @property
    def is_saved(self) -> bool:
        return not self._unsaved and self._saves_pending == 0

    def touch(self) -> None:
        """Something was typed."""
        self._unsaved = True
        if not self._timer.isActive():
            self._timer.start()

    def discard(self) -> None:
        """The request is settled: it needs no draft any more."""
        self._timer.stop()
        self._unsaved = False

    def save(self) -> None:
        """Save now what is not saved yet."""
        self._timer.stop()
        if not self._unsaved:
            return
        self._unsaved = False
        self._saves_pending += 1
        draft, number = self._read_draft(), self._number

        def act(session: Session) -> ActResult:
            requests.save_draft(session, lookup.find_request(session, number), draft)
            return ActResult(None, Changes.NONE)

        self._gateway.do(
            act,
            lambda _: self._report_saved(),
            lambda _: self._drop_after_refusal(),
            owner=self,
            failed=self._report_failed,
        )

    def _save_in_turn(self) -> None:
        """Save unless an earlier save still runs: drafts must not queue up while the store is locked."""
        if self._saves_pending:
            self._timer.start()
        else:
            self.save()

    def _report_saved(self) -> None:
        self._saves_pending -= 1
        if self.is_saved:
            self.saved.emit()

    def _drop_after_refusal(self) -> None:
        """The save was refused: another program recorded the call or withdrew the request."""
        self._saves_pending -= 1
        self.discard()
        self.saved.emit()

    def _report_failed(self) -> None:
        self._saves_pending -= 1
        self._unsaved = True
        self.failed.emit()
