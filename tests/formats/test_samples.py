"""Real files are read whole, where they are at hand: they stand beside the project, never in it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client.client_file import read_client_file
from tslic_admin.formats.client.client_license import ClientLicense
from tslic_admin.formats.recognise import read

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="needs the folder with real sample files, which is not part of the project"
)


def test_a_commented_table_of_key_packs():
    content = read((SAMPLES / "wmi" / "keypack_format_table_2012.txt").read_bytes())
    assert content.format == "format-table"
    packs = list(content)
    assert [pack.keypack_id for pack in packs] == [2, 3, 4, 10]
    assert packs[0].total == packs[0].available == 4294967295
    assert [pack.type_and_model for pack in packs][1] == "TS or RDS Per User CAL"
    assert {pack.access_rights for pack in packs} == {7}
    assert packs[3].key_pack_type == 7


def test_a_commented_section_of_two_servers():
    content = read((SAMPLES / "wmi" / "monitoring_section_vbs.txt").read_bytes())
    assert content.format == "monitoring-section"
    packs = list(content)
    assert len(packs) == 10
    assert [number for number, times in Counter(pack.keypack_id for pack in packs).items() if times > 1] == [
        3
    ]
    assert packs[0].total == 4294967295
    assert packs[0].description == "A02-6.00-S"
    assert packs[-1].product_version_id == 6


def test_what_a_directory_holds_of_a_user():
    content = read((SAMPLES / "ad" / "msTS_print_r.txt").read_bytes())
    assert content.format == "print-r"
    (record,) = content
    assert (record.product_version, record.product_version_id, record.user) == ("6.2", 4, None)
    assert record.server_product_id == "00252-20000-35572-AT477"
    assert str(record.expires_at) == "2022-01-18 11:55:55+00:00"
    assert len(record.facts) == 5


def test_what_tsctst_prints_of_a_client():
    content = read((SAMPLES / "client" / "tsctst_output_ws2003.txt").read_bytes(), date_order="mdy")
    assert content.format == "tsctst"
    (record,) = content
    assert (record.computer, record.server, record.product_version_id) == ("CL-01", "SBTR", 1)
    assert (record.expires_at - record.issued_at).days == 90
    assert record.temporary


@pytest.mark.parametrize("name", ["ws2008_temporary.p7b", "new_license_info.bin"])
def test_a_license_of_a_client_of_windows_server_2008(name):
    """Ground truth: formats.md, section 4."""
    (stored,) = read_client_file((SAMPLES / "clientlicense" / name).read_bytes()).licenses
    assert stored.license == ClientLicense(
        machine="RODENT",
        user="Administrator",
        product="A02-6.00-S",
        version=(6, 0),
        flags=0x80648000,
        platform=255,
        issued=datetime(2007, 6, 20, 14, 51, 35, tzinfo=UTC),
        expires=datetime(2007, 9, 18, 14, 51, 35, tzinfo=UTC),
        serial="030000000f",
        issuer="RODENT",
        issuer_id="78440-006-5867045-70347",
        scope="WORKGROUP",
        signature_holds=True,
    )
    assert (stored.license.temporary, stored.license.beta, stored.license.enforced) == (True, True, True)


def test_every_altered_byte_of_a_real_license_is_noticed():
    """Of what it says nothing changes unnoticed: the file is refused, or its signature does not hold."""
    data = (SAMPLES / "clientlicense" / "ws2008_temporary.p7b").read_bytes()
    (real,) = read_client_file(data).licenses
    for place in range(0x32C, len(data), 7):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            licenses = read_client_file(altered).licenses
        except RuleViolation:
            continue
        assert all(one.license.signature_holds is not True or one == real for one in licenses)


def test_a_registry_text_that_deletes_carries_no_license():
    data = (SAMPLES / "client" / "mslicensing_delete.reg").read_bytes()
    found = read_client_file(data)
    assert (found.format, found.licenses, found.deletions) == ("registry", (), 2)


def test_samples_of_other_inputs_are_refused():
    read_above = {"msTS_print_r.txt", "tsctst_output_ws2003.txt", "mslicensing_delete.reg"}
    others = [
        path
        for path in SAMPLES.rglob("*")
        if path.is_file()
        and path.name not in read_above
        and path.parent.name not in ("wmi", "samples", "clientlicense")
    ]
    assert others
    for path in others:
        with pytest.raises(RuleViolation, match=r"file-not-recognised|columns-unknown"):
            read(path.read_bytes())
