"""A reissue request whole: its own line, what it holds, the key pack it became. Read through the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tslic_admin.services.machine import Machine, collected, key_pack, request

Rows = Callable[..., Iterator[Any]]


def whole_request(rows: Rows, row: Any, *, reveal: bool = False) -> Machine:
    """A request in machine form. `rows(kind, **filters)` reads a list."""
    licenses = [collected(one) for one in rows("collected", request_id=row.number)]
    pack = None
    if row.pack_id is not None:
        pack = next(map(key_pack, rows("packs", record_id=row.pack_id, ended=True, reveal=reveal)), None)
    return request(row, licenses, pack)
