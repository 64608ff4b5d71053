"""What Microsoft's own extensions of a client's license say (MS-RDPELE 2.2.2.6.1; OIDs 1.3.6.1.4.1.311.18.x).

Numbers are little-endian, offsets are checked against the extension's own bytes. The extension .8 of the server's
certificate, a 35-character code, is asked for by nobody.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tslic_admin.formats.certificates import damaged, plain_text

PRODUCT = "1.3.6.1.4.1.311.18.5"
SERVER = "1.3.6.1.4.1.311.18.6"

TEMPORARY = 0x80000000
RELEASE = 0x00800000
ENFORCED = 0x00008000

_PRODUCT_HEAD = struct.Struct("<4I6H")
_VERSION = struct.Struct("<2HI")
WITHOUT_ID, WITH_ID = 0x1000, 0x3000  # versions of the server's information


@dataclass(frozen=True, slots=True)
class ProductInfo:
    """Of which product the license is. `requested`: what the client asked for; `flags` None: no version is given."""

    platform: int
    requested: str | None
    adjusted: str | None
    version: tuple[int, int] | None
    flags: int | None


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The license server that issued it. `issuer_id`: that server's product ID."""

    name: str | None
    issuer_id: str | None
    scope: str | None


def read_product_info(data: bytes) -> ProductInfo:
    """OID .5. Raises RuleViolation `client-license-damaged`."""
    what = "product information"
    if len(data) < _PRODUCT_HEAD.size:
        raise damaged(what)
    _, _, platform, _, *places = _PRODUCT_HEAD.unpack_from(data)
    requested_at, requested_size, adjusted_at, adjusted_size, versions_at, versions = places
    if max(requested_at + requested_size, adjusted_at + adjusted_size) > len(data):
        raise damaged(what)
    version = flags = None
    if versions:
        if versions_at + versions * _VERSION.size > len(data):
            raise damaged(what)
        major, minor, flags = _VERSION.unpack_from(data, versions_at)
        version = (major, minor)
    return ProductInfo(
        platform,
        plain_text(data[requested_at : requested_at + requested_size], "utf-16-le"),
        plain_text(data[adjusted_at : adjusted_at + adjusted_size], "utf-16-le"),
        version,
        flags,
    )


def read_server_info(data: bytes) -> ServerInfo:
    """OID .6; a version that no source describes says nothing. Raises RuleViolation `client-license-damaged`."""
    what = "license server information"
    if len(data) < 4:
        raise damaged(what)
    version = int.from_bytes(data[:4], "little")
    if version not in (WITHOUT_ID, WITH_ID):
        return ServerInfo(None, None, None)
    count = 3 if version == WITH_ID else 2
    begin = 4 + 2 * count
    if len(data) < begin:
        raise damaged(what)
    texts = []
    for offset in struct.unpack_from(f"<{count}H", data, 4):
        if begin + offset > len(data):
            raise damaged(what)
        texts.append(plain_text(_until_nul(data[begin + offset :]), "utf-16-le"))
    return ServerInfo(texts[0], texts[1] if count == 3 else None, texts[-1])


def _until_nul(data: bytes) -> bytes:
    """UTF-16 up to its NUL, or to the end."""
    for at in range(0, len(data) - 1, 2):
        if data[at : at + 2] == b"\0\0":
            return data[:at]
    return data
