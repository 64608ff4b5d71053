"""Listings of license servers as the files that an administrator exports: CSV in several manners, JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

MANNERS = ("csv", "semicolon", "utf-16", "json", "json-ms")
DATES = ("IssueDate", "ExpirationDate")


def file_of(manner: str, rows: Iterable[dict[str, Any]], server: str | None) -> tuple[str, bytes]:
    """The ending and the bytes. `server`: every row names it, as remote queries do; None: no row does."""
    listed = [dict(row) if server is None else {**row, "PSComputerName": server} for row in rows]
    if manner.startswith("json"):
        if manner == "json-ms":
            listed = [{name: _ms(name, value) for name, value in row.items()} for row in listed]
        return ".json", json.dumps(listed[0] if len(listed) == 1 else listed).encode()
    text = io.StringIO()
    write = csv.DictWriter(text, list(listed[0]), delimiter=";" if manner == "semicolon" else ",")
    write.writeheader()
    write.writerows(
        {name: _cim(name, value) if manner == "semicolon" else value for name, value in row.items()}
        for row in listed
    )
    if manner == "utf-16":
        return ".csv", text.getvalue().encode("utf-16")
    return ".csv", ("#TYPE System.Management.ManagementObject\r\n" + text.getvalue()).encode("utf-8-sig")


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _ms(name: str, value: Any) -> Any:
    return f"/Date({int(_moment(value).timestamp() * 1000)})/" if name in DATES else value


def _cim(name: str, value: Any) -> Any:
    return _moment(value).strftime("%Y%m%d%H%M%S.000000-000") if name in DATES else value
