"""License chains as a license server signs them, and the files that a client keeps them in; built for tests."""

# ruff: noqa: S303 - license servers of before 2008 sign with them
from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SERVER_CODE = "SECRE-TCODE-12345-ABCDE-67890-FGHIJ-KLMNO"
"""The 35-character code of the server's certificate (OID .8), which nothing may ever show."""

OF_MICROSOFT = "1.3.6.1.4.1.311.18."
SHA1_OIW, SHA1, MD5, SHA256 = (
    "1.3.14.3.2.29",
    "1.2.840.113549.1.1.5",
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.11",
)
HASHES = {SHA1_OIW: hashes.SHA1(), SHA1: hashes.SHA1(), MD5: hashes.MD5(), SHA256: hashes.SHA256()}
RSA = "1.2.840.113549.1.1.1"
TEMPORARY_BETA, ACTIVE = 0x80648000, 0x00808000
# malformed on purpose, as Microsoft writes it
AUTHORITY_KEY = bytes.fromhex("3019a110a40e520045004e00540000008205030000000f")


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def oid(text: str) -> bytes:
    first, second, *arcs = map(int, text.split("."))
    found = bytearray()
    for arc in (40 * first + second, *arcs):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        found += bytes(reversed(groups))
    return der(6, bytes(found))


def integer(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def algorithm(name: str) -> bytes:
    return der(0x30, oid(name), b"\x05\x00")


def name(*attributes: tuple[str, str]) -> bytes:
    """One multi-valued part, all of them BMPString."""
    parts = [der(0x30, oid(of), der(30, text.encode("utf-16-be"))) for of, text in attributes]
    return der(0x30, der(0x31, *parts))


def extension(number: str, value: bytes, *, critical: bool = True) -> bytes:
    return der(0x30, oid(number), b"\x01\x01\xff" if critical else b"", der(4, value))


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def product_info(
    requested: str = "A02",
    adjusted: str = "A02-6.02-S",
    version: tuple[int, int] = (6, 2),
    flags: int = ACTIVE,
) -> bytes:
    one, other = utf16(requested), utf16(adjusted)
    begin = 28
    places = (begin, len(one), begin + len(one), len(other), begin + len(one) + len(other), 1)
    head = struct.pack("<4I6H", 0x3000, 1, 0xFF, 0x400, *places)
    return head + one + other + struct.pack("<2HI", *version, flags) + b"\0\0"


def server_info(
    name: str = "LIC01", issuer_id: str | None = "00252-20000-35572-AT477", scope: str = "CORP"
) -> bytes:
    texts = [utf16(text) for text in (name, issuer_id, scope) if text is not None]
    offsets = [sum(map(len, texts[:place])) for place in range(len(texts))]
    head = struct.pack(f"<I{len(texts)}H", 0x3000 if issuer_id is not None else 0x1000, *offsets)
    return head + b"".join(texts) + b"\0\0\0\0"


@cache
def key(bits: int = 1024, number: int = 0) -> rsa.RSAPrivateKey:
    del number  # another key of the same length
    return rsa.generate_private_key(65537, bits)


def key_info(of: rsa.RSAPrivateKey, algorithm_name: str = RSA) -> bytes:
    numbers = of.public_key().public_numbers()
    bits = der(0x30, integer(numbers.n), integer(numbers.e))
    return der(0x30, algorithm(algorithm_name), der(3, b"\0", bits))


def certificate(
    *,
    issuer: bytes,
    subject: bytes,
    serial: int = 0x030000000F,
    validity: tuple[bytes, bytes] = (b"260105103000Z", b"260405103000Z"),
    extensions: Sequence[bytes] = (),
    signed_with: str = SHA1_OIW,
    own_key: rsa.RSAPrivateKey | None = None,
    issuer_key: rsa.RSAPrivateKey | None = None,
    key_algorithm: str = RSA,
) -> bytes:
    tags = [0x17 if len(when.rstrip(b"Z")) <= 12 else 0x18 for when in validity]
    signed = der(
        0x30,
        der(0xA0, integer(2)),
        integer(serial),
        algorithm(signed_with),
        issuer,
        der(0x30, *(der(tag, when) for tag, when in zip(tags, validity, strict=True))),
        subject,
        key_info(own_key or key(), key_algorithm),
        der(0xA3, der(0x30, *extensions)) if extensions else b"",
    )
    signature = (issuer_key or key()).sign(signed, padding.PKCS1v15(), HASHES.get(signed_with, hashes.SHA1()))
    return der(0x30, signed, algorithm(signed_with), der(3, b"\0", signature))


def server_name(server: str = "LIC01", scope: str = "CORP") -> bytes:
    return name(("2.5.4.3", server), ("2.5.4.7", scope))


def server_certificate(server: str = "LIC01", scope: str = "CORP", **more: object) -> bytes:
    """Self-signed, with the secret code in it."""
    values = {
        "issuer": server_name(server, scope),
        "subject": server_name(server, scope),
        "serial": 0x019E274D68ACED20,
        "validity": (b"700530103618Z", b"490530103618Z"),
        "extensions": [
            extension("2.5.29.19", der(0x30, b"\x01\x01\xff", integer(0))),
            extension(OF_MICROSOFT + "8", SERVER_CODE.encode("utf-16-le")),
        ],
    }
    return certificate(**(values | more))  # type: ignore[arg-type]


def client_certificate(
    machine: str = "PC1",
    user: str = "ann",
    *,
    server: str = "LIC01",
    scope: str = "CORP",
    product: bytes | None = None,
    of_server: bytes | None = None,
    **more: object,
) -> bytes:
    values = {
        "issuer": server_name(server, scope),
        "subject": name(
            ("2.5.4.3", machine), ("2.5.4.7", user), ("2.5.4.5", "c2VjcmV0IG9mIHRoZSBjbGllbnQ=\r\n")
        ),
        "extensions": [
            extension(OF_MICROSOFT + "4", struct.pack("<I", 0x00050001)),
            extension(OF_MICROSOFT + "2", utf16("Microsoft Corporation")),
            extension(OF_MICROSOFT + "5", product_info() if product is None else product),
            extension(
                OF_MICROSOFT + "6", server_info(server, scope=scope) if of_server is None else of_server
            ),
            extension("2.5.29.35", AUTHORITY_KEY),
        ],
    }
    return certificate(**(values | more))  # type: ignore[arg-type]


def chain_of(*certificates: bytes) -> bytes:
    content = der(0x30, oid("1.2.840.113549.1.7.1"))
    certificate_set = der(0xA0, *certificates) if certificates else b""
    signed = der(0x30, integer(1), b"\x31\x00", content, certificate_set, b"\x31\x00")
    return der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, signed))


def chain(machine: str = "PC1", user: str = "ann", **more: object) -> bytes:
    """The chain of one license, its server's certificate first."""
    of_server = {name: more[name] for name in ("server", "scope") if name in more}
    return chain_of(
        server_certificate(**of_server),  # type: ignore[arg-type]
        client_certificate(machine, user, **more),  # type: ignore[arg-type]
    )


def license_info(data: bytes, scope: str = "microsoft.com") -> bytes:
    parts = (scope.encode() + b"\0", utf16("Microsoft Corporation"), utf16("A02"), data)
    return struct.pack("<I", 0x00060000) + b"".join(struct.pack("<I", len(part)) + part for part in parts)


ROOT = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\MSLicensing"
ROOT_32 = r"HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\MSLicensing"
HARDWARE_ID = bytes([2, 0, 0, 0, *range(16)])


def hexed(data: bytes, kind: str = "hex", begin: str = '"ClientLicense"=') -> str:
    """A binary value as regedit writes it: 80 characters a line."""
    lines, line = [], f"{begin}{kind}:"
    for place, byte in enumerate(data):
        part = f"{byte:02x}" + ("," if place < len(data) - 1 else "")
        if len(line) + len(part) > 77:
            lines.append(line + "\\")
            line = "  "
        line += part
    return "\r\n".join([*lines, line])


def registry(
    *entries: bytes, root: str = ROOT, header: str = "Windows Registry Editor Version 5.00", kind: str = "hex"
) -> str:
    """An export of the key; one LICENSE00x an entry."""
    parts = [
        header,
        f"[{root}]",
        f"[{root}\\HardwareID]\r\n" + hexed(HARDWARE_ID, begin='"ClientHWID"='),
        f"[{root}\\Store]",
    ]
    parts += [f"[{root}\\Store\\LICENSE{at:03}]\r\n" + hexed(data, kind) for at, data in enumerate(entries)]
    return "\r\n\r\n".join(parts) + "\r\n\r\n"


def exported(*entries: bytes, **more: str) -> bytes:
    """The same as a file of today's regedit."""
    return registry(*entries, **more).encode("utf-16")
