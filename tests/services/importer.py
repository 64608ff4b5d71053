"""Files as license servers list them, taken in; whatever is imported, the preview said so and the history holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from conftest import Clock
from services.stock import dump

from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.imports import ImportResult
from tslic_admin.services.importing.results import FileResult
from tslic_admin.services.importing.staging import stage

PACK = {
    "KeyPackId": 3,
    "Description": "A02-10.01-S",
    "KeyPackType": 2,
    "ProductType": 0,
    "ProductVersion": "Windows Server 2019",
    "ProductVersionID": 6,
    "TotalLicenses": 25,
    "IssuedLicenses": 2,
    "AvailableLicenses": 23,
    "ExpirationDate": "20380119031407.000000-000",
}
LICENSE = {
    "LicenseId": 1,
    "KeyPackId": 3,
    "sIssuedToUser": "",
    "sIssuedToComputer": "PC1",
    "LicenseStatus": 2,
    "IssueDate": "20260105100000.000000-000",
    "ExpirationDate": "20260320100000.000000-000",
    "sHardwareId": "",
}
PER_DEVICE = {
    "sIssuedToComputer": "PC1",
    "sHardwareId": "",
    "ExpirationDate": "20260320100000.000000-000",
    "CALType": "RDS Per Device CAL",
    "ProductVersion": "Windows Server 2019",
    "ProductVersionID": 6,
}
PER_USER = {
    "User": "CORP\\ann",
    "ProductVersion": "Windows Server 2019",
    "CALType": "RDS Per User CAL",
    "ExpirationDate": "20260430100000.000000-000",
}
ZEROS = "0" * 36
HARDWARE = "b2f1a0c4-0001-4c1e-9d3e-0123456789ab"
OTHER_HARDWARE = "b2f1a0c4-0002-4c1e-9d3e-0123456789ab"

File = tuple[str, bytes]


def table(name: str, *rows: dict[str, Any]) -> File:
    """A CSV of these rows; a cell that a row does not have is empty."""
    text = io.StringIO()
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return name, text.getvalue().encode()


def packs(*rows: dict[str, Any], name: str = "packs.csv") -> File:
    return table(name, *(PACK | row for row in rows or ({},)))


def licenses(*rows: dict[str, Any], name: str = "licenses.csv") -> File:
    return table(name, *(LICENSE | row for row in rows or ({},)))


def per_device(*rows: dict[str, Any], name: str = "devices.csv") -> File:
    """A per-device report; a row is of PC1's license of above."""
    return table(name, *(PER_DEVICE | row for row in rows or ({},)))


def per_user(*rows: dict[str, Any], name: str = "users.csv") -> File:
    return table(name, *(PER_USER | row for row in rows or ({},)))


@dataclass
class Importer:
    store: Store
    clock: Clock
    options: ImportOptions = ImportOptions(server="DC01")  # noqa: RUF009 - frozen

    def take(self, *files: File, skip_refused: bool = False, **options: Any) -> ImportResult:
        """Import; preview and apply must say the same, the history must hold."""
        with stage(sources(files), replace(self.options, **options)) as staged:
            before = dump(self.store)
            with self.store.reading() as session:
                previewed = imports.preview(session, staged)
            assert dump(self.store) == before
            with self.store.writing() as session:
                imported = imports.apply(session, staged, skip_refused=skip_refused)
        assert imported.results == previewed
        if imported.act.entry is None:
            assert dump(self.store) == before
        assert verify(self.store.path, self.clock).state is VerificationState.INTACT
        return imported

    def refuse(self, *files: File, **options: Any) -> tuple[FileResult, ...]:
        """An import of which something is refused: nothing is written, preview and apply say what."""
        before = dump(self.store)
        with stage(sources(files), replace(self.options, **options)) as staged:
            with self.store.reading() as session:
                previewed = imports.preview(session, staged)
            with pytest.raises(RuleViolation) as refusal, self.store.writing() as session:
                imports.apply(session, staged)
        assert refusal.value.code == "import-refused"
        assert refusal.value.facts["results"] == previewed
        assert refusal.value.facts["count"] == len(refused(previewed))
        assert dump(self.store) == before
        return previewed

    def at(self, now: datetime) -> Importer:
        self.clock.now = now
        return self


def sources(files: Iterable[File]) -> list[SourceFile]:
    return [SourceFile(*file) for file in files]


def refused(results: Iterable[FileResult]) -> list[tuple[int, str, str]]:
    """Line, value and code of everything that is refused."""
    return [(one.line, one.value, one.code) for result in results for one in result.refused]


def counts(results: Iterable[FileResult]) -> dict[str, tuple[int, int, int]]:
    """By subject: new, changed, unchanged."""
    counted: dict[str, tuple[int, int, int]] = {}
    for one in results:
        if one.subject is not None:
            before = counted.get(one.subject, (0, 0, 0))
            counted[one.subject] = (before[0] + one.new, before[1] + one.changed, before[2] + one.unchanged)
    return counted
