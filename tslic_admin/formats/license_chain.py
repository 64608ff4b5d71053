"""A client's license as it lies on the client: PKCS#7 signed data of nothing but certificates, one or more in a row.

FreeRDP keeps it as licenses/<sha1 of host>.cal, rdesktop as license.HOST, Windows in the registry (MS-RDPELE
2.2.2.6.1; formats.md, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyasn1.type import namedtype, tag, univ

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.formats.certificates import (
    Certificate,
    damaged,
    decode,
    is_intact,
    names_of,
    read_certificate,
)
from tslic_admin.formats.license_extensions import (
    ENFORCED,
    PRODUCT,
    RELEASE,
    SERVER,
    TEMPORARY,
    read_product_info,
    read_server_info,
)

LONGEST = 1 << 16
"""Bytes of one store entry or file. A real chain has 2 KB, and an entry holds a handful."""

MOST_CERTIFICATES = 64
SIGNED_DATA = "1.2.840.113549.1.7.2"
COMMON_NAME, LOCALITY = "2.5.4.3", "2.5.4.7"
_WANTED = frozenset({PRODUCT, SERVER})

_CONTENT = univ.Sequence(
    componentType=namedtype.NamedTypes(
        namedtype.NamedType("type", univ.ObjectIdentifier()),
        namedtype.NamedType(
            "content",
            univ.Any().subtype(explicitTag=tag.Tag(tag.tagClassContext, tag.tagFormatConstructed, 0)),
        ),
    )
)


def _set_of_any(number: int | None = None) -> Any:
    found = univ.SetOf(componentType=univ.Any())
    if number is None:
        return found
    return found.subtype(implicitTag=tag.Tag(tag.tagClassContext, tag.tagFormatConstructed, number))


_SIGNED_DATA = univ.Sequence(
    componentType=namedtype.NamedTypes(
        namedtype.NamedType("version", univ.Integer()),
        namedtype.NamedType("digests", _set_of_any()),
        namedtype.NamedType("content", univ.Any()),
        namedtype.OptionalNamedType("certificates", _set_of_any(0)),
        namedtype.OptionalNamedType("revocations", _set_of_any(1)),
        namedtype.NamedType("signers", _set_of_any()),
    )
)


@dataclass(frozen=True, slots=True)
class ClientLicense:
    """What a client's license says. None: it does not say that. Times in UTC.

    `signature_holds`: the file is as it was signed, which does not make it genuine; None: cannot be checked.
    """

    machine: str | None
    user: str | None
    product: str | None
    version: tuple[int, int] | None
    flags: int | None
    platform: int | None
    issued: datetime
    expires: datetime
    serial: str
    issuer: str | None
    issuer_id: str | None
    scope: str | None
    signature_holds: bool | None

    @property
    def temporary(self) -> bool | None:
        return None if self.flags is None else bool(self.flags & TEMPORARY)

    @property
    def beta(self) -> bool | None:
        return None if self.flags is None else not self.flags & RELEASE

    @property
    def enforced(self) -> bool | None:
        return None if self.flags is None else bool(self.flags & ENFORCED)


def is_chain(data: bytes) -> bool:
    """Whether bytes begin as a chain does: a sequence of which the first is the number of signed data."""
    return data[:1] == b"\x30" and bytes.fromhex("06092a864886f70d010702") in data[2:24]


def read_chains(data: bytes) -> tuple[ClientLicense, ...]:
    """Every license of one chain or of several in a row; there may be none in them.

    Raises RuleViolation `client-license-damaged`, also for bytes behind the last chain, or `client-license-too-long`.
    """
    if len(data) > LONGEST:
        raise RuleViolation("client-license-too-long", most=LONGEST)
    found: list[ClientLicense] = []
    rest = data
    while rest:
        if not is_chain(rest):
            raise damaged("license chain" if rest is data else "end")
        content, rest = decode(rest, _CONTENT, "license chain", whole=False)
        found += _licenses(bytes(content["content"]))
    return tuple(found)


def _licenses(data: bytes) -> list[ClientLicense]:
    """The licenses of one chain: the certificates with Microsoft's extensions, in their order."""
    signed, _ = decode(data, _SIGNED_DATA, "license chain")
    several = signed["certificates"]
    encoded = [bytes(one) for one in several] if several.isValue else []
    if len(encoded) > MOST_CERTIFICATES:
        raise damaged("license chain")
    chain = [read_certificate(one, _WANTED) for one in encoded]
    return [_license(one, chain) for one in chain if one.extensions]


def _license(leaf: Certificate, chain: list[Certificate]) -> ClientLicense:
    subject, issuer = names_of(leaf.subject), names_of(leaf.issuer)
    product = read_product_info(leaf.extensions[PRODUCT]) if PRODUCT in leaf.extensions else None
    server = read_server_info(leaf.extensions[SERVER]) if SERVER in leaf.extensions else None
    return ClientLicense(
        machine=subject.get(COMMON_NAME),
        user=subject.get(LOCALITY),
        product=(product.adjusted or product.requested) if product else None,
        version=product.version if product else None,
        flags=product.flags if product else None,
        platform=product.platform if product else None,
        issued=leaf.not_before,
        expires=leaf.not_after,
        serial=leaf.serial,
        issuer=(server.name if server else None) or issuer.get(COMMON_NAME),
        issuer_id=server.issuer_id if server else None,
        scope=(server.scope if server else None) or issuer.get(LOCALITY),
        signature_holds=is_intact(leaf, chain),
    )
