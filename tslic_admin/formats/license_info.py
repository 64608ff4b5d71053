"""NEW_LICENSE_INFO: a license as the server sends it to its client, with whose product it is before the chain.

MS-RDPELE 2.2.2.6.1: version, then scope, company, product and chain, each behind its length in bytes.
"""

from __future__ import annotations

import struct

FIELDS = 4
LONGEST_TEXT = 1 << 12
"""Bytes of the scope, the company and the product; in real files some dozens."""


def chain_in(data: bytes) -> bytes | None:
    """The chain within, where the lengths lead to the very end of the data; else None: not this format."""
    at = 4
    part = b""
    for number in range(FIELDS):
        if at + 4 > len(data):
            return None
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
        if size > len(data) - at or (number < FIELDS - 1 and size > LONGEST_TEXT):
            return None
        part = data[at : at + size]
        at += size
    return part if at == len(data) else None
