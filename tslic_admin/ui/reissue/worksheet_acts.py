"""The acts of a worksheet on its reissue request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.reissue import calls, requests

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

R = TypeVar("R")
Act = Callable[["Session"], R]


class WorksheetActs:
    """Makes acts for `Gateway.do`. They run on the write worker and touch no widget."""

    def __init__(self, number: int) -> None:
        self._number = number

    def record_call(self, typed: dict[str, str], retired: Sequence[int]) -> Act[ActResult]:
        def act(session: Session) -> ActResult:
            request = lookup.find_request(session, self._number)
            licenses = [lookup.get_issuance(session, number) for number in retired]
            return calls.record(session, request, licenses=licenses, **typed)

        return act

    def set_installed(self, day: str) -> Act[ActResult]:
        return lambda session: calls.set_installed(
            session, lookup.find_request(session, self._number), on=day
        )

    def drop_licenses(self, numbers: Sequence[int]) -> Act[ActResult]:
        def act(session: Session) -> ActResult:
            request = lookup.find_request(session, self._number)
            return requests.drop(session, request, [lookup.get_issuance(session, one) for one in numbers])

        return act

    def set_needed_by(self, number: int, computer: str) -> Act[ActResult]:
        def act(session: Session) -> ActResult:
            request = lookup.find_request(session, self._number)
            return requests.set_needed_by(session, request, lookup.get_issuance(session, number), computer)

        return act

    def set_same_call(self, other: int | None) -> Act[ActResult]:
        def act(session: Session) -> ActResult:
            same = lookup.find_request(session, other) if other is not None else None
            return requests.set_same_call(session, lookup.find_request(session, self._number), same)

        return act

    def reveal_at_hand(self) -> Act[calls.RevealedSecrets]:
        return lambda session: calls.reveal_for_call(session, self._number)

    def reveal_code(self) -> Act[calls.RevealedSecrets]:
        return lambda session: calls.reveal_code(session, self._number)
