"""Write JSON arrays piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping


def json_array(items: Iterable[object], *, ascii_only: bool = False) -> Iterator[str]:
    """A JSON array in pieces, one item a line. A value within an item that is an iterator is streamed too."""
    separator = "[\n"
    for item in items:
        yield separator
        yield from _item(item, ascii_only=ascii_only)
        separator = ",\n"
    yield "\n]\n" if separator == ",\n" else "[]\n"


def _item(item: object, *, ascii_only: bool) -> Iterator[str]:
    if not isinstance(item, Mapping) or not any(isinstance(value, Iterator) for value in item.values()):
        yield json.dumps(item, ensure_ascii=ascii_only)
        return
    separator = "{"
    for key, value in item.items():
        yield f"{separator}{json.dumps(key, ensure_ascii=ascii_only)}: "
        if isinstance(value, Iterator):
            inner = "["
            for one in value:
                yield inner + json.dumps(one, ensure_ascii=ascii_only)
                inner = ", "
            yield "]" if inner == ", " else "[]"
        else:
            yield json.dumps(value, ensure_ascii=ascii_only)
        separator = ", "
    yield "}"
