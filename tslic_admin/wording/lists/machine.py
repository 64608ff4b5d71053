"""The machine form of a list: WMI property names, undecoded numbers, ISO 8601 times in UTC (formats.md, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from tslic_admin.domain.catalogue.kinds import ListKind, R
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.licenses.references import ended_reference, license_reference, pack_reference

Machine = dict[str, Any]
"""A JSON object."""
Cells = list[str | int | None]
"""A row of a CSV file."""


class ReadRows(Protocol):
    """Reads another list of the same store, for what a row contains."""

    def __call__(
        self,
        kind: ListKind[R],
        *,
        record_id: int | None = None,
        request_id: int | None = None,
        ended: bool = False,
    ) -> Iterator[R]: ...


def _one_row_each(headings: tuple[str, ...]) -> Callable[[Machine], Iterator[Cells]]:
    def rows(item: Machine) -> Iterator[Cells]:
        yield [item[name] for name in headings]

    return rows


@dataclass(frozen=True)
class MachineForm(Generic[R]):
    """The machine form of a list.

    `headings`: the columns of its CSV file. `item`: a row as an object, which may contain rows of other lists.
    `rows_of_item`: the CSV rows of such an object; without it the object's values are the one row.
    """

    headings: tuple[str, ...]
    item: Callable[[R, ReadRows], Machine]
    rows_of_item: Callable[[Machine], Iterator[Cells]] | None = None

    def rows(self, item: Machine) -> Iterator[Cells]:
        """The file's rows for one row of the list, in the order of the headings."""
        return (self.rows_of_item or _one_row_each(self.headings))(item)


def properties(row: object, attributes: Mapping[str, str]) -> Machine:
    """The values of a row by their names in files. `attributes`: name in files -> attribute of the row."""
    return {name: getattr(row, attribute) for name, attribute in attributes.items()}


class OfPack(Protocol):
    """A row that names a key pack."""

    @property
    def server(self) -> str: ...
    @property
    def keypack_id(self) -> int | None: ...
    @property
    def pack_id(self) -> int: ...


class OfLicense(OfPack, Protocol):
    """A row that is a license or names one."""

    @property
    def number(self) -> int: ...
    @property
    def license_id(self) -> int | None: ...
    @property
    def issued_at(self) -> str | None: ...
    @property
    def ended_on(self) -> str | None: ...


def row_pack_reference(row: OfPack) -> str:
    """PACK of a row that names its pack: SERVER/KEYPACKID, or SERVER/#N."""
    return pack_reference(row.server, row.keypack_id, row.pack_id)


def row_license_reference(row: OfLicense) -> str:
    """LICENSE of a row that is a license or names one; an ended one with @ISSUEDATE."""
    number: int = getattr(row, "issuance_id", row.number)
    current = license_reference(row_pack_reference(row), row.license_id, number)
    return ended_reference(current, row.issued_at) if row.ended_on else current


def day_or_none(stored: str | None) -> str | None:
    """The local day of a stored moment."""
    day = day_of(stored)
    return None if day is None else day.isoformat()


AnyForm = MachineForm[Any]
"""The machine form of any list: for code that does not know the row type."""
