"""Registry exports of every form give up the licenses in them, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from formats.client.chains import (
    HARDWARE_ID,
    ROOT,
    ROOT_32,
    SERVER_CODE,
    chain,
    chain_of,
    exported,
    hexed,
    license_info,
    registry,
    server_certificate,
)

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client import registry_export
from tslic_admin.formats.client.client_evidence import evidence_of
from tslic_admin.formats.client.client_file import MOST_BYTES, read_client_file
from tslic_admin.formats.client.client_license import LONGEST_CHAIN
from tslic_admin.formats.client.registry_export import (
    EMPTY_LINES,
    LONGEST_REGISTRY_LINE,
    MOST_ENTRIES,
    read_registry_export,
)
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import EvidenceRecord, RefusedRow

CHAIN = chain()
HEADER = "Windows Registry Editor Version 5.00\r\n\r\n"
KEY = f"[{ROOT}\\Store\\LICENSE000]\r\n"


def machines(data: bytes) -> list[tuple[str, str | None]]:
    return [(stored.place, stored.license.machine) for stored in read_client_file(data).licenses]


def counted(monkeypatch, owner, name: str) -> list[None]:
    """Let the function `name` of `owner` add one to this list whenever it is called."""
    calls: list[None] = []
    function = getattr(owner, name)

    def call(*arguments):
        calls.append(None)
        return function(*arguments)

    monkeypatch.setattr(owner, name, call)
    return calls


def entries(text: str):
    found = read_registry_export(text.encode())
    assert found is not None
    return found.entries


# forms


@pytest.mark.parametrize("header", ["Windows Registry Editor Version 5.00", "REGEDIT4"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("kind", ["hex", "hex(3)", "hex(0)", "HEX(7)", "hex(10000)"])
def test_every_header_encoding_and_type(header, encoding, kind):
    data = registry(CHAIN, header=header, kind=kind).encode(encoding)
    assert machines(data) == [("LICENSE000", "PC1")]


def test_several_entries_and_both_views_each_with_its_hardware_id():
    other = registry(chain("PC3"), root=ROOT_32).partition("\r\n\r\n")[2].replace("02,00", "03,00", 1)
    data = (registry(CHAIN, chain("PC2") + chain("PC2", serial=2)) + other).encode("utf-16")
    found = read_client_file(data)
    assert [(stored.place, stored.license.machine) for stored in found.licenses] == [
        ("LICENSE000", "PC1"),
        ("LICENSE001", "PC2"),
        ("LICENSE001", "PC2"),
        ("LICENSE000 (Wow6432Node)", "PC3"),
    ]
    ids = [HARDWARE_ID.hex(), "03" + HARDWARE_ID.hex()[2:]]
    assert [stored.hardware_id for stored in found.licenses] == [ids[0]] * 3 + [ids[1]]


@pytest.mark.parametrize(
    "root",
    [
        ROOT.upper(),
        ROOT.lower(),
        r"HKEY_LOCAL_MACHINE\OfflineHive\Microsoft\MSLicensing",
        r"HKEY_CURRENT_USER\Software\Classes\VirtualStore\MACHINE\SOFTWARE\Microsoft\MSLicensing",
    ],
)
def test_keys_in_any_case_and_of_any_hive(root):
    data = (
        registry(CHAIN, root=root).replace('"ClientLicense"', '"CLIENTLICENSE"').replace("\\Store", "\\STORE")
    )
    assert machines(data.encode("utf-16")) == [("LICENSE000", "PC1")]


def test_spaces_comments_and_other_values_do_not_matter():
    lines = exported(CHAIN).decode("utf-16").replace("[", "   [").replace('="', ' = "').splitlines()
    lines.insert(1, "; a comment")
    lines.insert(3, '"CompanyName"=hex:4d,00')
    lines.insert(3, "@=dword:00000001")
    lines.insert(3, "no value at all")
    assert machines("\r\n".join(["", *lines]).encode()) == [("LICENSE000", "PC1")]


def test_a_string_of_several_lines_is_no_key():
    """Regedit writes line breaks in a text as they are."""
    inside = HEADER + f'[HKLM\\Other]\r\n"a\\"b"="a \\\\ \\" text\r\n{KEY}"'
    assert read_registry_export((inside + "\r\n").encode()).keys == 0
    after = inside + "\r\n" + KEY + hexed(CHAIN) + "\r\n"
    assert machines(after.encode()) == [("LICENSE000", "PC1")]
    assert entries(HEADER + KEY + '"x"="without an end\r\n' + hexed(CHAIN)[:30].replace('"', "")) == []


def test_a_line_of_a_megabyte_is_passed():
    text = (
        HEADER
        + f'[HKLM\\Other]\r\n"long"="{"x" * (2 * LONGEST_REGISTRY_LINE)}"\r\n'
        + KEY
        + hexed(CHAIN)
        + "\r\n"
    )
    assert machines(text.encode()) == [("LICENSE000", "PC1")]


def test_a_byte_that_strayed_in_makes_no_other_encoding():
    assert machines((HEADER + "; \0\r\n" + KEY + hexed(CHAIN)).encode()) == [("LICENSE000", "PC1")]
    assert read_registry_export(HEADER.encode() + b"\0") is not None


def test_only_a_few_empty_lines_stand_before_the_header(monkeypatch):
    assert read_registry_export(b"\r\n" * 19 + HEADER.encode()) is not None
    lines = counted(monkeypatch, registry_export._Lines, "next")
    assert read_registry_export(b"\n" * 20_000) is None
    assert len(lines) == EMPTY_LINES


def test_a_large_file_is_told_by_its_beginning():
    far = registry(CHAIN).replace("[", '[HKEY_CURRENT_USER]\r\n"x"="' + "y" * 300_000 + '"\r\n[', 1)
    assert [one.computer for one in read(far.encode("utf-16"))] == ["PC1"]
    with pytest.raises(RuleViolation, match="client-license-too-long"):
        read(CHAIN * 200)
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(b"x\n" * 200_000)


def test_a_value_that_is_too_long_is_not_kept():
    (entry,) = entries(HEADER + KEY + hexed(b"\x30" * (LONGEST_CHAIN + 1)) + "\r\n")
    assert (entry.data, entry.too_long) == (None, True)


def test_a_value_without_line_breaks():
    text = HEADER + KEY + hexed(CHAIN).replace("\\\r\n  ", "") + "\r\n"
    assert machines(text.encode()) == [("LICENSE000", "PC1")]


def test_a_cut_value_does_not_take_the_next_key_along():
    text = HEADER + KEY + hexed(CHAIN).splitlines()[0] + "\r\n" + KEY.replace("000", "001") + hexed(CHAIN)
    assert machines(text.encode()) == [("LICENSE001", "PC1")]
    assert entries(HEADER + KEY + '"ClientLicense"=hex:30,\\')[0].data == b"0"


def test_other_keys_of_the_license_store_hold_none():
    text = (
        HEADER
        + f"[{ROOT}\\Store]\r\n{hexed(CHAIN)}\r\n[{ROOT}\\Store\\LICENSE000\\Deeper]\r\n{hexed(CHAIN)}\r\n"
    )
    assert entries(text) == []
    assert read_registry_export((HEADER + KEY + '"ClientHWID"=hex:01\r\n').encode()).hardware_ids == {}


# what carries no license


def test_deletions_carry_no_license_and_are_counted():
    text = (
        f'{HEADER}[{ROOT}\\HardwareID]\r\n"ClientHWID"=-\r\n\r\n[-{ROOT}\\Store\\LICENSE000]\r\n'
        f"{hexed(CHAIN)}\r\n{KEY}" + '"ClientLicense"=-\r\n[-HKLM\\Other]\r\n'
    )
    found = read_client_file(text.encode())
    assert (found.licenses, found.deletions) == ((), 3)
    with pytest.raises(RuleViolation, match="client-license-only-deletes"):
        read(text.encode())


def test_an_export_of_the_empty_store_holds_none():
    empty = exported()
    assert read_client_file(empty).licenses == ()
    with pytest.raises(RuleViolation, match="client-license-none"):
        read(empty)


def test_a_hardware_id_of_zeros_or_of_nothing_is_none():
    for value in ("00,00", "", "zz"):
        text = HEADER + f'[{ROOT}\\HardwareID]\r\n"ClientHWID"=hex:{value}\r\n'
        assert read_registry_export(text.encode()).hardware_ids == {}


def test_an_export_of_other_keys_is_refused():
    with pytest.raises(RuleViolation, match="client-file-other-keys"):
        read_client_file((HEADER + "[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n").encode())


@pytest.mark.parametrize("text", ["", "\r\n", "REGEDIT5", "Windows Registry Editor Version 6.00\r\n" + KEY])
def test_another_file_is_no_export(text):
    assert read_registry_export(text.encode()) is None
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(text.encode())


# entries that cannot be read


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ('"ClientLicense"="text"', None),
        ('"ClientLicense"=dword:00000001', "client-license-damaged"),
        ('"ClientLicense"=hex:', "client-license-damaged"),
        ('"ClientLicense"=hex:30,8', "client-license-damaged"),
        ('"ClientLicense"=hex:30,82,\\', "client-license-damaged"),
        ('"ClientLicense"=hex:3z', "client-license-damaged"),
        (hexed(CHAIN[:-1]), "client-license-damaged"),
        (hexed(CHAIN + b"\0"), "client-license-damaged"),
        (hexed(license_info(CHAIN)), "client-license-damaged"),
        (hexed(b"\x30" * (LONGEST_CHAIN + 1)), "client-license-too-long"),
    ],
    ids=range(10),
)
def test_an_entry_that_cannot_be_read_says_why_and_leaves_the_others(value, code):
    text = HEADER + KEY + value + "\r\n" + KEY.replace("000", "001") + hexed(CHAIN) + "\r\n"
    found = read_client_file(text.encode())
    assert [stored.place for stored in found.licenses] == ["LICENSE001"]
    assert [(one.place, one.violation.code) for one in found.unread] == (
        [("LICENSE000", code)] if code else []
    )


def test_an_entry_of_certificates_only_is_no_license():
    (unread,) = read_client_file(exported(chain_of(server_certificate()))).unread
    assert unread.violation.code == "client-license-none"


def test_more_than_a_client_can_hold_is_not_read_on():
    one = chain() * (LONGEST_CHAIN // len(CHAIN))
    found = read_client_file(exported(*[one] * (MOST_BYTES // len(one) + 2)))
    assert {one.violation.code for one in found.unread} == {"client-license-too-many"}
    assert len(found.unread) == 2


def test_of_many_entries_not_all_are_looked_at(monkeypatch):
    text = HEADER + (KEY + '"ClientLicense"=hex:30\r\n') * 10 * MOST_ENTRIES
    values = counted(monkeypatch, registry_export, "_add_value")
    with pytest.raises(RuleViolation, match="client-file-many-entries"):
        read_client_file(text.encode())
    assert len(values) == MOST_ENTRIES + 1
    some = HEADER + (KEY + '"ClientLicense"=hex:30\r\n') * MOST_ENTRIES
    assert len(read_client_file(some.encode()).unread) == MOST_ENTRIES


# as evidence


def test_a_license_is_evidence_of_the_one_its_server_issued():
    content = read(exported(CHAIN, CHAIN[:-1]))
    assert (content.format, content.date_order, content.taken_at) == ("client-license", None, None)
    refused, record = content
    assert isinstance(refused, RefusedRow)
    assert (refused.value, refused.code) == ("LICENSE001", "client-entry-unread")
    assert isinstance(record, EvidenceRecord)
    assert (record.kind, record.server, record.server_product_id) == (
        "client-license",
        "LIC01",
        "00252-20000-35572-AT477",
    )
    assert (record.computer, record.user, record.hardware_id) == ("PC1", "ann", HARDWARE_ID.hex())
    assert (record.product_version_id, record.product_type, record.temporary) == (4, None, False)
    facts = dict(record.facts)
    assert facts["entry"] == "LICENSE000"
    assert (facts["version"], facts["flags"], facts["beta"]) == ("6.2", "0x00808000", "no")
    assert facts["signature_holds"] == "yes"
    assert SERVER_CODE not in repr(record)


def test_the_same_license_is_the_same_evidence_wherever_it_lay():
    (of_registry,), (alone,) = read(exported(CHAIN)), read(CHAIN)
    assert of_registry.key == alone.key
    (other,) = read(chain(serial=7))
    assert other.key != alone.key


def test_a_license_that_says_little_claims_little():
    (stored,) = read_client_file(CHAIN).licenses
    bare = replace(
        stored.license,
        machine=None,
        version=None,
        flags=None,
        product="C50-6.02-S",
        issuer_id=None,
        signature_holds=None,
    )
    record = evidence_of(replace(stored, license=bare))
    assert (record.computer, record.product_version_id, record.product_type, record.temporary) == (
        None,
        None,
        1,
        None,
    )
    assert "signature_holds" not in dict(record.facts)


def test_what_is_too_large_is_left_to_others(monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.client.client_evidence.LARGEST_CLIENT_FILE", 100)
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(CHAIN)


def test_a_huge_file_is_no_clients_file(monkeypatch):
    monkeypatch.setattr("tslic_admin.formats.client.client_evidence.LARGEST_CLIENT_FILE", 10)
    with pytest.raises(RuleViolation, match="format-does-not-fit"):
        read(CHAIN, format="client-license")


def test_a_damaged_chain_is_not_taken_for_another_format():
    with pytest.raises(RuleViolation, match="client-license-damaged"):
        read(CHAIN[:-1])
