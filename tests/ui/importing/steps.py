"""Lists to import, and what the import dialog and the store then show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tslic_admin.db.store import Store
from tslic_admin.ui.importing.dialog import ImportDialog

Settle = Callable[[], None]
Open = Callable[..., ImportDialog]
PACKS = (
    "PSComputerName,KeyPackId,Description,KeyPackType,ProductType,ProductVersionID,TotalLicenses,"
    "IssuedLicenses,AvailableLicenses,ExpirationDate\n"
)
PACK = "{server},{id},A02-6.02-S,2,0,4,{total},0,{total},20380119031407.000000-000\n"
LICENSES = "KeyPackId,LicenseId,sIssuedToComputer,LicenseStatus,IssueDate,ExpirationDate\n"


def packs(*rows: tuple[str, int, object]) -> bytes:
    return (PACKS + "".join(PACK.format(server=s, id=i, total=t) for s, i, t in rows)).encode()


def licenses(*days: str) -> bytes:
    rows = (f"3,{number},PC{number},2,{day},20300101000000.000000-000\n" for number, day in enumerate(days))
    return (LICENSES + "".join(rows)).encode()


def count(store: Store, table: type[Any]) -> int:
    with store.reading() as session:
        return session.query(table).count()


def cells(table: Any) -> list[dict[str, str]]:
    model = table.texts
    headings = [model._headings[column] for column in range(model.columnCount())]
    return [
        {heading: model.data(model.index(row, column)) for column, heading in enumerate(headings)}
        for row in range(model.rowCount())
    ]
