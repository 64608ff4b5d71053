"""What a worksheet can do to its request, each as an act for the gateway. Services are imported when they run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Act = Callable[["Session"], Any]


class WorksheetActs:
    """Acts run on the write worker: they are given what was typed, and touch no widget."""

    def __init__(self, number: int) -> None:
        self._number = number

    def record(self, typed: dict[str, str], retired: Sequence[int]) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissue_calls

            request = acts.find_request(session, self._number)
            licenses = [acts.issuance(session, one) for one in retired]
            return reissue_calls.record(session, request, licenses=licenses, **typed)

        return act

    def installed(self, day: str) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissue_calls

            return reissue_calls.set_installed(session, acts.find_request(session, self._number), on=day)

        return act

    def drop(self, licenses: Sequence[int]) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissues

            request = acts.find_request(session, self._number)
            return reissues.drop(session, request, [acts.issuance(session, one) for one in licenses])

        return act

    def needed_by(self, one: int, computer: str) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissues

            request = acts.find_request(session, self._number)
            return reissues.needed_by(session, request, acts.issuance(session, one), computer)

        return act

    def same_call(self, other: int | None) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services import acts, reissues

            same = acts.find_request(session, other) if other is not None else None
            return reissues.set_same_call(session, acts.find_request(session, self._number), same)

        return act

    def reveal_at_hand(self) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services.worksheets import reveal_at_hand

            return reveal_at_hand(session, self._number)

        return act

    def reveal_code(self) -> Act:
        def act(session: Session) -> object:
            from tslic_admin.services.worksheets import reveal_code

            return reveal_code(session, self._number)

        return act
