"""Builds list files as PowerShell's Export-Csv writes them, for the sample."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.wording.values import VERSIONS

# Keypack ID, product code, key pack type, product type, version ID, total (None: unlimited), issued
Stock = tuple[int, str, int, int, int, int | None, int]


def _cim(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S.000000-000")


def key_pack_file(stock: Iterable[Stock]) -> bytes:
    """A list of key packs as CSV, UTF-8."""
    text = io.StringIO()
    write = csv.writer(text, quoting=csv.QUOTE_ALL).writerow
    write(
        [
            "KeyPackId",
            "Description",
            "KeyPackType",
            "ProductType",
            "ProductVersion",
            "ProductVersionID",
            "TotalLicenses",
            "IssuedLicenses",
            "AvailableLicenses",
            "ExpirationDate",
        ]
    )
    for keypack_id, code, kind, product_type, version, total, issued in stock:
        expiry = "20351231230000.000000-000" if kind == 6 else "20380101081108.000000-000"
        available = UNLIMITED if total is None else max(0, total - issued)
        counts = (UNLIMITED if total is None else total, issued, available)
        write((keypack_id, code, kind, product_type, VERSIONS[version], version, *counts, expiry))
    return text.getvalue().encode()


def license_file(
    keypack_id: int,
    count: int,
    name: str,
    number: int,
    issued: datetime,
    expires: datetime,
    *,
    status: int = 2,
    first: int = 1,
    header: bool = True,
) -> bytes:
    """`count` issued licenses as CSV, UTF-8: to computers NAME-NUMBER and up, or to users if `name` is empty."""
    text = io.StringIO()
    write = csv.writer(text, quoting=csv.QUOTE_ALL).writerow
    if header:
        write(
            [
                "LicenseId",
                "KeyPackId",
                "sIssuedToUser",
                "sIssuedToComputer",
                "LicenseStatus",
                "IssueDate",
                "ExpirationDate",
                "sHardwareId",
            ]
        )
    for row in range(count):
        computer = f"{name}-{number + row:04d}" if name else ""
        user = "" if name else f"ad.alderfinch.example\\user{number + row:03d}"
        hardware = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{computer}.alderfinch.example")) if name else ""
        issued_at = issued + timedelta(days=row % 23, minutes=37 * row % 480)
        expires_at = expires + timedelta(days=row % 23 if status == 2 else 0)
        write((first + row, keypack_id, user, computer, status, _cim(issued_at), _cim(expires_at), hardware))
    return text.getvalue().encode()
