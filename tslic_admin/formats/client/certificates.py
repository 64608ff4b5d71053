"""Read X.509 certificates of client licenses and check their signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from pyasn1.codec.der import decoder
from pyasn1.error import PyAsn1Error
from pyasn1.type import namedtype, tag, univ, useful

from tslic_admin.domain.outcomes import RuleViolation

LONGEST_SERIAL = 64  # bytes; RFC 5280 allows 20
TRIED_ISSUERS = 4  # certificates of one name whose keys are tried
STRINGS = {12: "utf-8", 19: "ascii", 20: "latin-1", 22: "ascii", 28: "utf-32-be", 30: "utf-16-be"}
"""The string types of names by their tags, and their encodings; 20 is T61, which everybody writes as Latin-1."""

# PKCS#1 and the old numbers of the OIW, which Microsoft's license servers of before 2008 use
HASHES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA1",
    "1.2.840.113549.1.1.11": "SHA256",
    "1.2.840.113549.1.1.12": "SHA384",
    "1.2.840.113549.1.1.13": "SHA512",
    "1.3.14.3.2.3": "MD5",
    "1.3.14.3.2.25": "MD5",
    "1.3.14.3.2.15": "SHA1",
    "1.3.14.3.2.29": "SHA1",
}
_TIME = re.compile(rb"([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{4})")


def _sequence(*fields: Any) -> Any:
    return univ.Sequence(componentType=namedtype.NamedTypes(*fields))


def _context(number: int, *, explicit: bool = False) -> dict[str, Any]:
    form = tag.tagFormatConstructed if explicit else tag.tagFormatSimple
    return {("explicitTag" if explicit else "implicitTag"): tag.Tag(tag.tagClassContext, form, number)}


def _field(name: str, of: Any) -> Any:
    return namedtype.NamedType(name, of)


def _optional(name: str, of: Any) -> Any:
    return namedtype.OptionalNamedType(name, of)


_ALGORITHM = _sequence(_field("oid", univ.ObjectIdentifier()), _optional("parameters", univ.Any()))
_CERTIFICATE = _sequence(
    # as it stands: encoded anew it need not be what was signed
    _field("signed", univ.Any()),
    _field("algorithm", _ALGORITHM),
    _field("signature", univ.BitString()),
)
_TIME_CHOICE = univ.Choice(
    componentType=namedtype.NamedTypes(
        _field("utc", useful.UTCTime()), _field("generalized", useful.GeneralizedTime())
    )
)
_TBS_CERTIFICATE = _sequence(
    _optional("version", univ.Integer().subtype(**_context(0, explicit=True))),
    _field("serial", univ.Integer()),
    _field("algorithm", univ.Any()),
    _field("issuer", univ.Any()),
    _field("validity", _sequence(_field("not_before", _TIME_CHOICE), _field("not_after", _TIME_CHOICE))),
    _field("subject", univ.Any()),
    _field("key", _sequence(_field("algorithm", univ.Any()), _field("bits", univ.BitString()))),
    _optional("issuer_uid", univ.BitString().subtype(**_context(1))),
    _optional("subject_uid", univ.BitString().subtype(**_context(2))),
    _optional(
        "extensions",
        univ.SequenceOf(
            componentType=_sequence(
                _field("oid", univ.ObjectIdentifier()),
                _optional("critical", univ.Boolean()),
                _field("value", univ.OctetString()),
            )
        ).subtype(**_context(3, explicit=True)),
    ),
)
_NAME = univ.SequenceOf(
    componentType=univ.SetOf(
        componentType=_sequence(_field("oid", univ.ObjectIdentifier()), _field("value", univ.Any()))
    )
)
_RSA_KEY = _sequence(_field("n", univ.Integer()), _field("e", univ.Integer()))


@dataclass(frozen=True, slots=True)
class Certificate:
    """Names as DER. `extensions`: the contents of the requested ones, by OID."""

    serial: str
    issuer: bytes
    subject: bytes
    not_before: datetime
    not_after: datetime
    extensions: dict[str, bytes]
    key: bytes
    signed_bytes: bytes
    algorithm: str
    signature: bytes


def damaged_license(what: str) -> RuleViolation:
    """The refusal of a license whose bytes cannot be what its format says; `what` names the part."""
    return RuleViolation("client-license-damaged", what=what)


def decode(data: bytes, schema: Any, what: str, *, whole: bool = True) -> tuple[Any, bytes]:
    """DER to a schema, and what follows it. Raises RuleViolation `client-license-damaged`."""
    try:
        value, rest = decoder.decode(data, asn1Spec=schema)
    except (PyAsn1Error, ValueError, IndexError, OverflowError, RecursionError) as error:
        # the library lets a few of Python's own through where the bytes make no sense
        raise damaged_license(what) from error
    if whole and rest:
        raise damaged_license(what)
    return value, rest


def read_certificate(data: bytes, extension_oids: frozenset[str]) -> Certificate:
    """A certificate; of its extensions only those of `extension_oids`. Raises RuleViolation `client-license-damaged`."""
    outer, _ = decode(data, _CERTIFICATE, "certificate")
    signed = bytes(outer["signed"])
    inner, _ = decode(signed, _TBS_CERTIFICATE, "certificate")
    validity = inner["validity"]
    extensions = {}
    if inner["extensions"].isValue:
        for extension in inner["extensions"]:
            if (oid := str(extension["oid"])) in extension_oids:
                extensions[oid] = bytes(extension["value"])
    return Certificate(
        serial=_serial(int(inner["serial"])),
        issuer=bytes(inner["issuer"]),
        subject=bytes(inner["subject"]),
        not_before=_moment(validity["not_before"]),
        not_after=_moment(validity["not_after"]),
        extensions=extensions,
        key=_octets(inner["key"]["bits"]),
        signed_bytes=signed,
        algorithm=str(outer["algorithm"]["oid"]),
        signature=_octets(outer["signature"]),
    )


def _serial(number: int) -> str:
    """The bytes of a serial number, in hexadecimal digits."""
    size = number.bit_length() // 8 + 1
    if size > LONGEST_SERIAL:
        raise damaged_license("serial number")
    digits = number.to_bytes(size, "big", signed=True).hex()
    return digits.removeprefix("00") if number.bit_length() % 8 == 0 and number > 0 else digits


def _octets(bits: Any) -> bytes:
    if len(bits) % 8:
        raise damaged_license("certificate")
    return bytes(bits.asOctets())


def _moment(choice: Any) -> datetime:
    """A time of a certificate, in UTC; of two digits a year from 50 on is of the last century (RFC 5280)."""
    match = _TIME.fullmatch(bytes(choice.getComponent()))
    if match is None:
        raise damaged_license("validity")
    year, *parts, zone = match.groups()
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 50 else 2000
    try:
        at = datetime(number, *(int(part or 0) for part in parts), tzinfo=UTC)  # type: ignore[misc, arg-type]
        return at - _offset(zone)
    except (ValueError, OverflowError):
        raise damaged_license("validity") from None


def _offset(zone: bytes) -> timedelta:
    if zone == b"Z":
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return ahead if zone[:1] == b"+" else -ahead


def names_of(name: bytes) -> dict[str, str]:
    """The attributes of a name by their OIDs, the first of each. Raises RuleViolation `client-license-damaged`."""
    attributes: dict[str, str] = {}
    parts, _ = decode(name, _NAME, "name")
    for part in parts:
        for attribute in part:
            text = _text(bytes(attribute["value"]))
            if text:
                attributes.setdefault(str(attribute["oid"]), text)
    return attributes


def _text(value: bytes) -> str | None:
    """The text of a string type without the NULs that end it; None for other types, and for none."""
    encoding = STRINGS.get(value[0]) if value else None
    if encoding is None:
        return None
    octets = univ.OctetString().subtype(
        implicitTag=tag.Tag(tag.tagClassUniversal, tag.tagFormatSimple, value[0])
    )
    string, _ = decode(value, octets, "name")
    return plain_text(bytes(string), encoding)


def plain_text(data: bytes, encoding: str) -> str | None:
    """Text up to its first NUL, on one line, what cannot be decoded replaced; None for none."""
    text = data.decode(encoding, "replace").partition("\0")[0].strip()
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) or None


def check_signatures(certificate: Certificate, chain: Sequence[Certificate]) -> bool | None:
    """Whether the signatures of a certificate and of its issuers in the chain are valid.

    None: that cannot be checked, because the issuer is not in the chain or the algorithm is not known. An intact
    chain is no proof of a genuine one: anybody can sign certificates with a key of his own.
    """
    valid = _is_signed_in_chain(certificate, chain)
    seen = {certificate.signed_bytes}
    while valid and certificate.issuer != certificate.subject:
        above = [one for one in chain if one.subject == certificate.issuer and one.signed_bytes not in seen]
        if not above:
            break
        certificate = above[0]
        seen.add(certificate.signed_bytes)
        if _is_signed_in_chain(certificate, chain) is False:
            return False
    return valid


def _is_signed_in_chain(certificate: Certificate, chain: Sequence[Certificate]) -> bool | None:
    issuers = [one for one in chain if one.subject == certificate.issuer][:TRIED_ISSUERS]
    answers = [_is_signed_by(certificate, issuer) for issuer in issuers]
    if True in answers:
        return True
    return False if False in answers else None


def _is_signed_by(certificate: Certificate, issuer: Certificate) -> bool | None:
    """Whether an issuer's RSA key signed a certificate; None where no RSA key or no known hash is meant."""
    name = HASHES.get(certificate.algorithm)
    if name is None:
        return None
    try:
        # by its numbers: license servers name other algorithms than RSA for an RSA key
        numbers, _ = decode(issuer.key, _RSA_KEY, "key")
        key = RSAPublicNumbers(int(numbers["e"]), int(numbers["n"])).public_key()
        key.verify(certificate.signature, certificate.signed_bytes, PKCS1v15(), getattr(hashes, name)())
    except InvalidSignature:
        return False
    except (RuleViolation, ValueError, UnsupportedAlgorithm):
        return None
    return True
