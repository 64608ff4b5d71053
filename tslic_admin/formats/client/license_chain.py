"""Read the PKCS #7 chain of a client's license and Microsoft's extensions in it (MS-RDPELE 2.2.2.6.1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from pyasn1.type import namedtype, tag, univ

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client.certificates import (
    Certificate,
    check_signatures,
    damaged_license,
    decode,
    names_of,
    plain_text,
    read_certificate,
)
from tslic_admin.formats.client.client_license import LONGEST_CHAIN, ClientLicense, is_chain

PRODUCT_INFO_OID = "1.3.6.1.4.1.311.18.5"
SERVER_INFO_OID = "1.3.6.1.4.1.311.18.6"

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
        raise damaged_license(what)
    _, _, platform, _, *places = _PRODUCT_HEAD.unpack_from(data)
    requested_at, requested_size, adjusted_at, adjusted_size, versions_at, versions = places
    if max(requested_at + requested_size, adjusted_at + adjusted_size) > len(data):
        raise damaged_license(what)
    version = flags = None
    if versions:
        if versions_at + versions * _VERSION.size > len(data):
            raise damaged_license(what)
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
        raise damaged_license(what)
    version = int.from_bytes(data[:4], "little")
    if version not in (WITHOUT_ID, WITH_ID):
        return ServerInfo(None, None, None)
    count = 3 if version == WITH_ID else 2
    begin = 4 + 2 * count
    if len(data) < begin:
        raise damaged_license(what)
    texts = []
    for offset in struct.unpack_from(f"<{count}H", data, 4):
        if begin + offset > len(data):
            raise damaged_license(what)
        texts.append(plain_text(_until_nul(data[begin + offset :]), "utf-16-le"))
    return ServerInfo(texts[0], texts[1] if count == 3 else None, texts[-1])


def _until_nul(data: bytes) -> bytes:
    """UTF-16 up to its NUL, or to the end."""
    for at in range(0, len(data) - 1, 2):
        if data[at : at + 2] == b"\0\0":
            return data[:at]
    return data


MOST_CERTIFICATES = 64
SIGNED_DATA_OID = "1.2.840.113549.1.7.2"
COMMON_NAME, LOCALITY = "2.5.4.3", "2.5.4.7"
_LICENSE_EXTENSIONS = frozenset({PRODUCT_INFO_OID, SERVER_INFO_OID})

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
    schema = univ.SetOf(componentType=univ.Any())
    if number is None:
        return schema
    return schema.subtype(implicitTag=tag.Tag(tag.tagClassContext, tag.tagFormatConstructed, number))


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


def read_chains(data: bytes) -> tuple[ClientLicense, ...]:
    """Every license of one chain or of several in a row; there may be none in them.

    Raises RuleViolation `client-license-damaged`, also for bytes behind the last chain, or `client-license-too-long`.
    """
    if len(data) > LONGEST_CHAIN:
        raise RuleViolation("client-license-too-long", most=LONGEST_CHAIN)
    licenses: list[ClientLicense] = []
    rest = data
    while rest:
        if not is_chain(rest):
            raise damaged_license("license chain" if rest is data else "end")
        content, rest = decode(rest, _CONTENT, "license chain", whole=False)
        licenses += _licenses(bytes(content["content"]))
    return tuple(licenses)


def _licenses(data: bytes) -> list[ClientLicense]:
    """The licenses of one chain: the certificates with Microsoft's extensions, in their order."""
    signed, _ = decode(data, _SIGNED_DATA, "license chain")
    several = signed["certificates"]
    encoded = [bytes(one) for one in several] if several.isValue else []
    if len(encoded) > MOST_CERTIFICATES:
        raise damaged_license("license chain")
    chain = [read_certificate(one, _LICENSE_EXTENSIONS) for one in encoded]
    return [_license(one, chain) for one in chain if one.extensions]


def _license(leaf: Certificate, chain: list[Certificate]) -> ClientLicense:
    subject, issuer = names_of(leaf.subject), names_of(leaf.issuer)
    product = (
        read_product_info(leaf.extensions[PRODUCT_INFO_OID]) if PRODUCT_INFO_OID in leaf.extensions else None
    )
    server = (
        read_server_info(leaf.extensions[SERVER_INFO_OID]) if SERVER_INFO_OID in leaf.extensions else None
    )
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
        signature_holds=check_signatures(leaf, chain),
    )
