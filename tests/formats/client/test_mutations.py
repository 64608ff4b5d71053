"""Generated licenses come back as they were written; mutated files end in licenses, unread entries or a refusal."""

from __future__ import annotations

from datetime import UTC, datetime

from formats.client.chains import (
    SERVER_CODE,
    chain,
    chain_of,
    client_certificate,
    exported,
    license_info,
    product_info,
    registry,
    server_certificate,
    server_info,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client.client_evidence import evidence_of
from tslic_admin.formats.client.client_file import read_client_file
from tslic_admin.formats.client.license_chain import read_chains
from tslic_admin.formats.client.registry_export import read_registry_export

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20)
UINT16, UINT32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
SERVER = server_certificate()


@settings(max_examples=60)
@given(
    machine=TEXT,
    user=TEXT,
    product=TEXT,
    version=st.tuples(UINT16, UINT16),
    flags=UINT32,
    issuer_id=st.none() | TEXT,
    serial=st.integers(0, 1 << 160),
    until=st.datetimes(datetime(1950, 1, 1), datetime(2049, 12, 31)),
)
def test_a_license_comes_back_as_it_was_signed(
    machine, user, product, version, flags, issuer_id, serial, until
):
    until = until.replace(microsecond=0)
    leaf = client_certificate(
        machine,
        user,
        product=product_info(adjusted=product, version=version, flags=flags),
        of_server=server_info(issuer_id=issuer_id),
        serial=serial,
        validity=(b"500101000000Z", f"{until:%y%m%d%H%M%S}Z".encode()),
    )
    data = chain_of(SERVER, leaf)
    for file in (data, license_info(data), exported(data)):
        (stored,) = read_client_file(file).licenses
        found = stored.license
        assert (found.machine, found.user, found.product) == (machine, user, product)
        assert (found.version, found.flags, found.issuer_id) == (version, flags, issuer_id)
        assert int(found.serial, 16) == serial
        assert found.expires == until.replace(tzinfo=UTC)
        assert found.signature_holds is True


GOOD = chain()
FILES = [GOOD, license_info(GOOD), exported(GOOD, GOOD), registry(GOOD, header="REGEDIT4").encode()]


@st.composite
def mutated(draw):
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = draw(st.integers(at, min(len(data), at + 30)))
        data[at:end] = draw(st.binary(max_size=30) | st.just(bytes(data[end : end + 40])))
    return bytes(data)


@settings(max_examples=300)
@given(mutated())
def test_a_mutated_file_is_read_or_refused_and_never_says_a_secret(data):
    try:
        file = read_client_file(data)
    except RuleViolation as violation:
        text = repr(violation.facts)
    else:
        text = repr([evidence_of(stored) for stored in file.licenses]) + repr(file)
    assert SERVER_CODE not in text


@settings(max_examples=60)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 7))
def test_one_altered_bit_is_noticed(at, bit):
    """Of what a license says nothing changes unnoticed."""
    altered = GOOD[:at] + bytes([GOOD[at] ^ 1 << bit]) + GOOD[at + 1 :]
    real = read_chains(GOOD)
    try:
        licenses = read_chains(altered)
    except RuleViolation:
        return
    assert all(one.signature_holds is not True or one in real for one in licenses)


LINES = st.lists(
    st.sampled_from(
        [
            r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\MSLicensing\Store\LICENSE000]",
            r"[-HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\MSLicensing]",
            r"[HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\MSLicensing\HardwareID]",
            "[HKEY_CURRENT_USER]",
            '"ClientLicense"=hex:30,82,\\',
            '"ClientLicense"=hex(3):30',
            '"ClientLicense"=-',
            '"ClientHWID"=hex:02,00,\\',
            "  01,02,03",
            '"x"="a',
            'b"',
            '"\\"',
            "@=",
            "; [comment]",
            "",
        ]
    )
    | st.text(max_size=20),
    max_size=12,
)


@settings(max_examples=200)
@given(LINES, st.sampled_from(["utf-16", "utf-8", "utf-16-le", "utf-8-sig"]))
def test_any_lines_below_the_header_are_read(lines, encoding):
    text = "\r\n".join(["Windows Registry Editor Version 5.00", *lines])
    found = read_registry_export(text.encode(encoding, "surrogatepass"))
    assert found is not None
    assert found.deletions <= len(lines)
    assert all(entry.data is None or len(entry.data) < 100 for entry in found.entries)
