"""Stories: the rules of the field, told through the console program as an administrator would use it.

Each module is named after the rule (domain facts, section 4) that it tells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from console.conftest import Console

PACK_COLUMNS = (
    "KeyPackId", "Description", "KeyPackType", "ProductType", "ProductVersionID", "TotalLicenses",
    "IssuedLicenses", "AvailableLicenses", "ExpirationDate",
)  # fmt: skip
LICENSE_COLUMNS = (
    "KeyPackId", "LicenseId", "sIssuedToComputer", "sIssuedToUser", "LicenseStatus", "IssueDate",
    "ExpirationDate", "sHardwareId",
)  # fmt: skip
CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"
OTHER_CODE = "HHHHH-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"


def pack(keypack_id: int, total: int = 10, issued: int = 0, **other: Any) -> dict[str, Any]:
    """A key pack as its server lists it: device CALs of Server 2019, bought as volume licenses."""
    return {
        "KeyPackId": keypack_id, "Description": "A02-10.01-S", "KeyPackType": 2, "ProductType": 0,
        "ProductVersionID": 6, "TotalLicenses": total, "IssuedLicenses": issued,
        "AvailableLicenses": max(0, total - issued), "ExpirationDate": "2038-01-01T00:00:00Z", **other,
    }  # fmt: skip


def issued(keypack_id: int, license_id: int, computer: str = "", **other: Any) -> dict[str, Any]:
    """An issued license as its server lists it: active, of 5 January 2026, until 20 March."""
    return {
        "KeyPackId": keypack_id, "LicenseId": license_id, "sIssuedToComputer": computer, "sIssuedToUser": "",
        "LicenseStatus": 2, "IssueDate": "2026-01-05T10:00:00Z", "ExpirationDate": "2026-03-20T10:00:00Z",
        "sHardwareId": "", **other,
    }  # fmt: skip


class Admin(Console):
    """An administrator at the console; `today` moves the calendar."""

    def today(self, day: str) -> None:
        self._clock.now = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)

    def list_of(self, columns: Sequence[str], rows: Iterable[dict[str, Any]], name: str) -> str:
        """A CSV file as a server's list is exported; its path."""
        text = io.StringIO()
        write = csv.DictWriter(text, columns)
        write.writeheader()
        write.writerows(rows)
        path = self.folder / name
        path.write_text(text.getvalue(), encoding="utf-8")
        return str(path)

    def lists(
        self,
        *,
        packs: Iterable[dict[str, Any]] = (),
        licenses: Iterable[dict[str, Any]] = (),
    ) -> list[str]:
        """The files of what a server lists."""
        packs, licenses = list(packs), list(licenses)
        files = [self.list_of(PACK_COLUMNS, packs, "packs.csv")] if packs else []
        return files + ([self.list_of(LICENSE_COLUMNS, licenses, "licenses.csv")] if licenses else [])

    def imports(self, *more: str, server: str = "DC01", **listed: Iterable[dict[str, Any]]) -> list[Any]:
        """Import what a server lists now; what was imported, one object per file."""
        return list(self.json("import", *self.lists(**listed), "--server", server, *more)["imported"])

    def license(self, name: str) -> dict[str, Any]:
        """An issued license as `licenses list` shows it; SERVER/KEYPACKID/LICENSEID."""
        server, keypack_id, license_id = name.split("/")
        rows = self.json("licenses", "list", "--server", server, "--key-pack", keypack_id)
        (found,) = [row for row in rows if row["LicenseId"] == int(license_id)]
        return dict(found)


@pytest.fixture
def admin(database, capsys, monkeypatch, clock) -> Admin:
    return Admin(database.parent, capsys, monkeypatch, clock)


OFFICE = [issued(3, n, f"PC{n}", sHardwareId=f"0x{n:040X}") for n in (1, 2, 3)]


@pytest.fixture
def office(admin: Admin) -> Admin:
    """DC01 lists key pack 3 with three issued licenses. Today is 2 March 2026."""
    admin.imports(packs=[pack(3, issued=3)], licenses=OFFICE)
    return admin
