"""A client's license is read as it was signed, in bounds, and says no secret."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime

import pytest
from formats.client.chains import (
    ACTIVE,
    MD5,
    OF_MICROSOFT,
    SERVER_CODE,
    SHA1,
    SHA1_OIW,
    SHA256,
    TEMPORARY_BETA,
    algorithm,
    certificate,
    chain,
    chain_of,
    client_certificate,
    der,
    extension,
    integer,
    key,
    key_info,
    license_info,
    name,
    oid,
    product_info,
    server_certificate,
    server_info,
    server_name,
)
from formats.steps import count_steps

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client.client_file import read_client_file
from tslic_admin.formats.client.client_license import LONGEST_CHAIN, ClientLicense, chain_in
from tslic_admin.formats.client.license_chain import MOST_CERTIFICATES, read_chains


def only(data: bytes) -> ClientLicense:
    (found,) = read_chains(data)
    return found


def refused(data: bytes) -> RuleViolation:
    with pytest.raises(RuleViolation) as caught:
        read_client_file(data)
    return caught.value


# what it says


def test_every_fact_of_a_license():
    assert only(chain()) == ClientLicense(
        machine="PC1",
        user="ann",
        product="A02-6.02-S",
        version=(6, 2),
        flags=ACTIVE,
        platform=255,
        issued=datetime(2026, 1, 5, 10, 30, tzinfo=UTC),
        expires=datetime(2026, 4, 5, 10, 30, tzinfo=UTC),
        serial="030000000f",
        issuer="LIC01",
        issuer_id="00252-20000-35572-AT477",
        scope="CORP",
        signature_holds=True,
    )


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (TEMPORARY_BETA, (True, True, True)),
        (ACTIVE, (False, False, True)),
        (0x00800000, (False, False, False)),
        (0x80800000, (True, False, False)),
        (0, (False, True, False)),
    ],
)
def test_the_flags_say_temporary_beta_and_enforced(flags, expected):
    found = only(chain(product=product_info(flags=flags)))
    assert (found.temporary, found.beta, found.enforced) == expected


def test_an_older_server_gives_no_id_of_its_own():
    found = only(chain(of_server=server_info(issuer_id=None)))
    assert (found.issuer, found.issuer_id, found.scope) == ("LIC01", None, "CORP")


def test_information_of_an_unknown_version_leaves_the_names_of_the_issuer():
    found = only(chain(of_server=struct.pack("<I", 0x9000) + b"\xff" * 20))
    assert (found.issuer, found.issuer_id, found.scope) == ("LIC01", None, "CORP")


def test_a_license_without_a_version_says_no_flags():
    found = only(
        chain(product=struct.pack("<4I6H", 0x3000, 1, 7, 0, 28, 6, 28, 0, 34, 0) + "A02".encode("utf-16-le"))
    )
    assert (found.product, found.version, found.flags) == ("A02", None, None)
    assert (found.temporary, found.beta, found.enforced) == (None, None, None)
    assert found.platform == 7


def test_each_half_of_the_extensions_makes_a_license():
    leaf = {"issuer": server_name(), "subject": name(("2.5.4.3", "PC2"))}
    of_product = certificate(**leaf, extensions=[extension(OF_MICROSOFT + "5", product_info())])
    of_server = certificate(**leaf, extensions=[extension(OF_MICROSOFT + "6", server_info())])
    (one,) = read_chains(chain_of(server_certificate(), of_product))
    (other,) = read_chains(chain_of(server_certificate(), of_server))
    assert (one.product, one.issuer_id, one.user) == ("A02-6.02-S", None, None)
    assert (other.product, other.platform, other.issuer_id) == (None, None, "00252-20000-35572-AT477")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (b"700530103618Z", datetime(1970, 5, 30, 10, 36, 18, tzinfo=UTC)),
        (b"490530103618Z", datetime(2049, 5, 30, 10, 36, 18, tzinfo=UTC)),
        (b"500530103618Z", datetime(1950, 5, 30, 10, 36, 18, tzinfo=UTC)),
        (b"2605301036Z", datetime(2026, 5, 30, 10, 36, tzinfo=UTC)),
        (b"20260530103618Z", datetime(2026, 5, 30, 10, 36, 18, tzinfo=UTC)),
        (b"260530103618+0130", datetime(2026, 5, 30, 9, 6, 18, tzinfo=UTC)),
        (b"260530103618-0130", datetime(2026, 5, 30, 12, 6, 18, tzinfo=UTC)),
    ],
)
def test_times_of_a_certificate(when, expected):
    tag = 0x18 if len(when) == 15 else 0x17
    assert only(chain_of(leaf_with_times(der(tag, when) * 2))).issued == expected


def leaf_with_times(times: bytes) -> bytes:
    made = client_certificate()
    before = der(0x30, der(0x17, b"260105103000Z"), der(0x17, b"260405103000Z"))
    return relength(made, before, der(0x30, times))


def relength(cert: bytes, before: bytes, after: bytes) -> bytes:
    """A certificate with one part of its signed content replaced; the signature is no longer its own."""
    assert cert.count(before) == 1
    body = cert[4:]
    size = 4 + int.from_bytes(body[2:4], "big")
    signed, rest = body[:size], body[size:]
    return der(0x30, der(0x30, signed[4:].replace(before, after)), rest)


@pytest.mark.parametrize("serial", [0, 1, 127, 128, 255, 0x8000, 0x030000000F, -1, -129])
def test_a_serial_number_is_shown_as_its_bytes(serial):
    size = max(1, (serial.bit_length() + 7) // 8) if serial >= 0 else serial.bit_length() // 8 + 1
    assert only(chain(serial=serial)).serial == serial.to_bytes(size, "big", signed=serial < 0).hex()


@pytest.mark.parametrize(
    ("tag", "data", "expected"),
    [
        (30, "PC1".encode("utf-16-be"), "PC1"),
        (30, "PC1\0rest".encode("utf-16-be"), "PC1"),
        (30, b"\xd8\x00\x00A", "\ufffdA"),
        (30, b"\0A\0", "A\ufffd"),
        (12, "PC\u00e4\U0001f5a5".encode(), "PC\u00e4\U0001f5a5"),
        (19, b"PC1", "PC1"),
        (20, b"PC\xe4", "PC\u00e4"),
        (22, b"P\x1bC\n1", "P\ufffdC\ufffd1"),
        (28, "PC1".encode("utf-32-be"), "PC1"),
        (19, b"  ", None),
        (4, b"PC1", None),
    ],
)
def test_names_of_every_string_type(tag, data, expected):
    subject = der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(tag, data))))
    assert only(chain_of(server_certificate(), client_certificate(subject=subject))).machine == expected


def test_of_two_names_of_one_kind_the_first_counts():
    subject = name(("2.5.4.3", "PC1"), ("2.5.4.3", "PC2"))
    assert only(chain(subject=subject)).machine == "PC1"


# several


def test_several_licenses_in_one_chain_and_several_chains_in_a_row():
    one = chain_of(server_certificate(), client_certificate("PC1"), client_certificate("PC1", serial=2))
    assert [found.serial for found in read_chains(one)] == ["030000000f", "02"]
    assert [found.machine for found in read_chains(one + chain("PC2"))] == ["PC1", "PC1", "PC2"]


def test_a_certificate_without_extensions_is_no_license():
    bare = certificate(issuer=server_name(), subject=name(("2.5.4.3", "PC2")))
    assert [
        found.machine for found in read_chains(chain_of(server_certificate(), bare, client_certificate()))
    ] == ["PC1"]


def test_a_chain_of_a_server_only_holds_no_license():
    assert read_chains(chain_of(server_certificate())) == ()
    assert refused(chain_of(server_certificate())).code == "client-license-none"
    assert refused(chain_of()).code == "client-license-none"


# the signature


@pytest.mark.parametrize("signed_with", [SHA1_OIW, SHA1, MD5, SHA256])
@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_signature_of_any_age_is_checked(signed_with, bits):
    keys = {"own_key": key(bits), "issuer_key": key(bits)}
    leaf = client_certificate(issuer_key=key(bits), signed_with=signed_with)
    assert only(chain_of(server_certificate(**keys), leaf)).signature_holds is True


def test_an_altered_license_does_not_hold():
    good = chain()
    for part in (utf16("ann"), utf16("PC1"), b"260405103000Z", utf16_le("A02-6.02-S")):
        at = good.rindex(part)
        changed = bytearray(good)
        changed[at + 1 if part.endswith(b"Z") else at + len(part) - 1] ^= 1
        found = read_chains(bytes(changed))
        assert [one.signature_holds for one in found] == [False]


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def utf16_le(text: str) -> bytes:
    return text.encode("utf-16-le")


def test_a_license_of_another_key_does_not_hold():
    leaf = client_certificate(issuer_key=key(1024, 1))
    assert only(chain_of(server_certificate(), leaf)).signature_holds is False


def test_an_altered_certificate_of_the_server_does_not_hold_either():
    server = server_certificate()
    changed = server.replace(b"490530103618Z", b"490530103619Z")
    assert only(chain_of(changed, client_certificate())).signature_holds is False


def test_without_its_issuer_a_signature_cannot_be_checked():
    assert only(chain_of(client_certificate())).signature_holds is None
    assert only(chain_of(server_certificate("OTHER"), client_certificate())).signature_holds is None


def test_of_issuers_of_one_name_the_key_that_fits_counts():
    other = server_certificate(own_key=key(1024, 1), issuer_key=key(1024, 1))
    assert only(chain_of(other, server_certificate(), client_certificate())).signature_holds is True


def test_an_issuer_above_the_server_is_checked_as_far_as_the_chain_holds_it():
    top = server_certificate("TOP", own_key=key(1024, 1), issuer_key=key(1024, 1))
    between = server_certificate(issuer=server_name("TOP"), issuer_key=key(1024, 1))
    leaf = client_certificate()
    assert only(chain_of(top, between, leaf)).signature_holds is True
    assert only(chain_of(between, leaf)).signature_holds is True
    forged = server_certificate(issuer=server_name("TOP"), issuer_key=key(1024, 2))
    assert only(chain_of(top, forged, leaf)).signature_holds is False


def test_two_issuers_of_each_other_are_no_endless_way():
    one = server_certificate("LIC01", issuer=server_name("LIC02"))
    two = server_certificate("LIC02", issuer=server_name("LIC01"))
    assert only(chain_of(one, two, client_certificate())).signature_holds is True


def test_an_unknown_algorithm_or_key_is_not_judged():
    leaf = client_certificate(signed_with="1.2.3.4")
    assert only(chain_of(server_certificate(), leaf)).signature_holds is None
    broken = relength(
        server_certificate(), key_info(key()), der(0x30, algorithm("1.2.3"), der(3, b"\0", b"no key"))
    )
    assert only(chain_of(broken, client_certificate())).signature_holds is None
    tiny = relength(
        server_certificate(),
        key_info(key()),
        der(0x30, algorithm("1.2.3"), der(3, b"\0", der(0x30, integer(4), integer(2)))),
    )
    assert only(chain_of(tiny, client_certificate())).signature_holds is None


def test_a_key_is_taken_by_its_numbers_whatever_algorithm_it_is_called_by():
    server = server_certificate(key_algorithm=MD5)
    assert only(chain_of(server, client_certificate())).signature_holds is True


# bounds


def chain_of_two_contents() -> bytes:
    content = der(0x30, integer(1), b"\x31\x00", der(0x30, oid("1.2.840.113549.1.7.1")), b"\x31\x00")
    return der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, content, content))


@pytest.mark.parametrize(
    "data",
    [
        chain()[:-1],
        chain()[:100],
        chain() + b"\0",
        chain() + b"\x30\x80\0\0",
        chain() + chain()[:-1],
        b"\x30\x80" + chain()[4:] + b"\0\0",
        b"\x30\x84\xff\xff\xff\xff" + chain()[4:],
        der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, b"\x05\x00")),
        chain_of_two_contents(),
        chain_of(der(0x30, b"\x05\x00" * 3)),
        chain_of(der(0x30, b"\xff" * 30)),
        chain_of(*[server_certificate()] * (MOST_CERTIFICATES + 1)),
        chain(serial=1 << 520),
        chain_of(leaf_with_times(der(0x17, b"261305103000Z") * 2)),
        chain_of(leaf_with_times(der(0x17, b"yesterday") * 2)),
        chain_of(leaf_with_times(der(0x18, b"00010101000000+2300") * 2)),
        chain_of(
            relength(client_certificate(), key_info(key()), der(0x30, algorithm("1.2"), der(3, b"\1", b"\2")))
        ),
        chain(subject=der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), b"\x1e\x09\0A")))),
        chain(subject=b"\x05\x00"),
        chain(product=b"short"),
        chain(product=struct.pack("<4I6H", 0, 0, 0, 0, 28, 6, 0, 0, 0, 0)),
        chain(product=struct.pack("<4I6H", 0, 0, 0, 0, 28, 0, 65535, 65535, 0, 0)),
        chain(product=struct.pack("<4I6H", 0, 0, 0, 0, 28, 0, 28, 0, 28, 65535)),
        chain(of_server=b"\0"),
        chain(of_server=struct.pack("<I", 0x3000)),
        chain(of_server=struct.pack("<I3H", 0x3000, 0, 0, 1)),
    ],
    ids=range(26),
)
def test_what_breaks_its_own_bounds_is_damaged(data):
    assert refused(data).code == "client-license-damaged"


def test_a_text_may_reach_to_the_very_end():
    assert only(chain(of_server=struct.pack("<I2H", 0x1000, 0, 2) + "A".encode("utf-16-le"))).issuer == "A"


@pytest.mark.parametrize(
    "hostile",
    [
        lambda size: chain_of(b"\x05\x00" * (size // 2 - 100)),
        lambda size: chain_of(b"\x30\x80" * (size // 2 - 100)),
        lambda size: chain_of() * (size // len(chain_of())),
        lambda size: chain_of(der(0x30, der(0x30, der(2, b"\x7f" * (size - 200))))),
    ],
    ids=["nulls", "nested", "chains", "number"],
)
def test_hostile_bytes_take_few_steps(hostile):
    half, whole = hostile(LONGEST_CHAIN // 2), hostile(LONGEST_CHAIN)
    refused(half)  # what is made at first use is made
    few, many = count_steps(lambda: refused(half)), count_steps(lambda: refused(whole))
    assert many <= 2.5 * few
    assert many < 3_000_000  # pyasn1 is written in Python: its calls are its time


def test_a_million_nested_brackets_are_too_long_to_be_looked_at():
    data = der(0x30, oid("1.2.840.113549.1.7.2"), b"\xa0\x80" * 1_000_000)
    assert refused(data).code == "client-license-too-long"


# the files around it


def test_license_information_holds_its_chain():
    found = read_client_file(license_info(chain()))
    assert (found.format, found.licenses[0].license) == ("info", only(chain()))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\6\0",
        license_info(chain())[:-1],
        license_info(chain()) + b"\0",
        struct.pack("<II", 0x60000, 0xFFFFFFFF),
        license_info(chain(), scope="x" * 5000),
        license_info(b"no chain"),
    ],
)
def test_information_whose_lengths_do_not_add_up_is_no_such_file(data):
    assert chain_in(data) is None or data == license_info(b"no chain")
    assert refused(data).code == "client-file-unknown"


def test_a_chain_as_text():
    text = base64.encodebytes(chain())
    armored = b"-----BEGIN PKCS7-----\r\n" + text.replace(b"\n", b"\r\n") + b"-----END PKCS7-----\r\n"
    for data in (text, armored):
        found = read_client_file(data)
        assert (found.format, found.licenses[0].license.machine) == ("base64", "PC1")


@pytest.mark.parametrize(
    "data", [base64.b64encode(b"hello"), b"A" * (3 * LONGEST_CHAIN), b"\xff\xfe", b"\x30", b"MII=="]
)
def test_another_text_is_no_license(data):
    assert refused(data).code == "client-file-unknown"


def test_a_huge_file_is_not_looked_at(monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.client.client_file.LARGEST_CLIENT_FILE", 1000)
    assert refused(chain()).code == "client-file-too-large"


def test_no_secret_comes_out_of_it():
    """Neither the server's code nor the client's secret is in anything that is handed on."""
    text = repr(read_client_file(chain())) + repr(refused(chain() + b"\0").facts)
    assert SERVER_CODE not in text
    assert "c2VjcmV0" not in text
