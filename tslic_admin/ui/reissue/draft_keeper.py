"""Saves what is typed into a reissue worksheet within half a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from tslic_admin.services import lookup
from tslic_admin.services.reissue import requests
from tslic_admin.ui.gateway.gateway import Gateway

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SAVE_DELAY_MS = 500


class DraftKeeper(QObject):
    """`typed` gives what stands in the worksheet. Nothing of it is an act: a draft leaves no entry."""

    saved = Signal()  # everything typed so far is in the store, or needed no more
    failed = Signal()  # the store was in trouble, which is shown anyway: what was typed is not kept yet

    def __init__(
        self, gateway: Gateway, number: int, typed: Callable[[], dict[str, Any]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._gateway, self._number, self._typed = gateway, number, typed
        self._unsaved = False
        self._saves_pending = 0
        # not started anew by the next key: who types on and on loses half a second too, and no more
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

    def drop(self) -> None:
        """The request is settled: it needs no draft any more."""
        self._timer.stop()
        self._unsaved = False

    def save(self) -> None:
        """Save at once what is not saved yet."""
        self._timer.stop()
        if not self._unsaved:
            return
        self._unsaved = False
        self._saves_pending += 1
        typed, number = self._typed(), self._number

        def act(session: Session) -> None:
            requests.save_draft(session, lookup.find_request(session, number), typed)

        self._gateway.do(act, lambda _: self._saved(), lambda _: self._settled(), failed=self._not_saved)

    def _save_in_turn(self) -> None:
        """While the store is locked by another, drafts do not queue up before it."""
        if self._saves_pending:
            self._timer.start()
        else:
            self.save()

    def _ended(self) -> bool:
        if not shiboken6.isValid(self):
            return False
        self._saves_pending -= 1
        return True

    def _saved(self) -> None:
        if self._ended() and self.is_saved:
            self.saved.emit()

    def _settled(self) -> None:
        """Refused: the call was recorded, or the request withdrawn, by another program."""
        if self._ended():
            self.drop()
            self.saved.emit()

    def _not_saved(self) -> None:
        if self._ended():
            self._unsaved = True
            self.failed.emit()
