"""The request for a list: which rows, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypedDict

from tslic_admin.domain.catalogue.kinds import ListKind, R_co


@dataclass(frozen=True, slots=True)
class ListSpec(Generic[R_co]):
    """A list that a caller asks for: which rows, in which order. `search`: a part of a name, number or text, case ignored.

    `ended`: also rows that are no longer current. `voided`: with `ended`, also rows that were voided.

    `reveal`: secrets unmasked; such a list leaves the program only with a history entry *reveal*.
    """

    kind: ListKind[R_co]
    server_id: int | None = None
    pack_id: int | None = None
    record_id: int | None = None
    keypack_id: int | None = None
    request_id: int | None = None
    within: int | None = None  # days ahead
    overdue: bool | None = None
    status: int | None = None
    ended: bool = False
    voided: bool = False
    search: str = ""
    sort: str = ""
    descending: bool = False
    since: str | None = None  # first and last day of a period, ISO
    until: str | None = None
    by: str = "recorded"  # or "effective": the day that is compared with `since` and `until`
    reveal: bool = False


class Filters(TypedDict, total=False):
    """The fields of a ListSpec as keyword arguments."""

    server_id: int | None
    pack_id: int | None
    record_id: int | None
    keypack_id: int | None
    request_id: int | None
    within: int | None
    overdue: bool | None
    status: int | None
    ended: bool
    voided: bool
    search: str
    sort: str
    descending: bool
    reveal: bool
