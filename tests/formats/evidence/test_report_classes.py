"""The two reports of a license server, in every form that its lists come in."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tslic_admin.formats.recognise import read

USER = {
    "User": "CORP\\ann",
    "ProductVersion": "Windows Server 2012",
    "CALType": "RDS Per User CAL",
    "ExpirationDate": "20260430100000.000000-000",
}
DEVICE = {
    "sIssuedToComputer": "PC1",
    "sHardwareId": "0xAB",
    "ExpirationDate": "20260430100000.000000-000",
    "CALType": "RDS Per Device CAL",
    "ProductVersion": "Serveur Windows 2012",
    "ProductVersionID": "4",
}
END = datetime(2026, 4, 30, 10, tzinfo=UTC)


def as_csv(row: dict[str, str]) -> bytes:
    return (",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()) + "\n").encode()


def as_json(row: dict[str, str]) -> bytes:
    return json.dumps([row]).encode()


def as_list(row: dict[str, str]) -> bytes:
    return ("\n" + "".join(f"{name:<18}: {cell}\n" for name, cell in row.items())).encode("utf-16")


def as_table(row: dict[str, str]) -> bytes:
    widths = [max(len(name), len(cell)) + 1 for name, cell in row.items()]
    lines = [row, ["-" * len(name) for name in row], row.values()]
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in lines
    ).encode()


FORMS = [as_csv, as_json, as_list, as_table]


@pytest.mark.parametrize("form", FORMS)
def test_a_per_user_report(form):
    (record,) = read(form(USER))
    assert (record.kind, record.user, record.computer) == ("per-user-report", "CORP\\ann", None)
    assert (record.product_version, record.product_version_id, record.product_type) == (
        "Windows Server 2012",
        4,
        1,
    )
    assert record.expires_at == END
    assert dict(record.facts) == USER


@pytest.mark.parametrize("form", FORMS)
def test_a_per_device_report(form):
    (record,) = read(form(DEVICE))
    assert (record.kind, record.computer, record.hardware_id, record.user) == (
        "per-device-report",
        "PC1",
        "0xAB",
        None,
    )
    assert (record.product_version_id, record.product_type, record.expires_at) == (4, 0, END)
    assert dict(record.facts) == DEVICE


def test_the_number_of_the_version_goes_before_its_words():
    (record,) = read(as_csv(USER | {"ProductVersionID": "6"}))
    assert record.product_version_id == 6


def test_words_of_a_version_that_are_localized_say_no_number():
    (record,) = read(as_csv(USER | {"ProductVersion": "Serveur Windows 2012"}))
    assert (record.product_version, record.product_version_id) == ("Serveur Windows 2012", None)


def test_a_vdi_suite_is_neither_a_device_nor_a_user_cal():
    kind = "VDI Standard Suite Per Device subscription license"
    (record,) = read(as_csv(DEVICE | {"CALType": kind}))
    assert record.product_type is None


def test_a_server_that_is_named_is_the_evidence_s_and_other_columns_are_not_kept():
    (record,) = read(as_csv({"PSComputerName": "DC01", "Secret": "x"} | USER))
    assert record.server == "DC01"
    assert dict(record.facts) == {"PSComputerName": "DC01"} | USER


def test_a_row_that_cannot_be_read_is_refused():
    (refused,) = read(as_csv(DEVICE | {"ProductVersionID": "x"}))
    assert refused.code == "number-malformed"


def test_a_list_of_issued_licenses_is_no_report():
    data = as_csv({"KeyPackId": "3", "LicenseId": "1", "CALType": "x"} | DEVICE)
    assert type(next(iter(read(data)))).__name__ == "IssuedRecord"
