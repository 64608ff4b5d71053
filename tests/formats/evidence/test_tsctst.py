"""What tsctst.exe prints on a client: the facts of its licenses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read

BLOCK = """ID                       : 1
TS Certificate Version   : 0x00050001
HWID                     : 0x00000002, 0x11111111, 0x22222222, 0x33333333, 0x44444444
Client Platform ID       : 0x000000ff
Company Name             : Microsoft Corporation
Issuer                   : DC01
Scope                    : OFFICE
Issued to machine        : PC1
Issued to user           : SYSTEM
TS Locale ID             : 0x00000409
License ID               : A02-5.02-S
License Type             : Windows server 2003 TS temporary or permanent CAL.
Licensed Product Version : 0005.0002, Flag 0x80d48000
Valid from               : 8/27/2017 1:18:50 PM
Expires on               : 11/25/2017 1:18:50 PM
"""


def one(text: str = BLOCK, **how):
    (record,) = read(text.encode(), time_zone=UTC, **how)
    return record


def test_the_facts_of_a_client_s_license():
    record = one()
    assert read(BLOCK.encode()).format == "tsctst"
    assert (record.kind, record.server, record.computer, record.user) == ("tsctst", "DC01", "PC1", "SYSTEM")
    assert (record.product_version, record.product_version_id, record.product_type) == ("5.2", 1, 0)
    assert (record.issued_at, record.expires_at) == (
        datetime(2017, 8, 27, 13, 18, 50, tzinfo=UTC),
        datetime(2017, 11, 25, 13, 18, 50, tzinfo=UTC),
    )
    assert record.temporary is True
    assert dict(record.facts)["HWID"] == record.hardware_id
    assert "TS Locale ID" not in dict(record.facts)


def test_a_license_without_the_flag_is_permanent_and_without_flags_nobody_knows():
    assert one(BLOCK.replace("0x80d48000", "0x00d48000")).temporary is False
    bare = one(BLOCK.replace(", Flag 0x80d48000", ""))
    assert (bare.temporary, bare.product_version_id) == (None, 1)


def test_a_version_that_is_not_printed_is_that_of_the_product():
    record = one(BLOCK.replace("0005.0002, Flag 0x80d48000", "?"))
    assert (record.product_version, record.product_version_id, record.temporary) == ("A02-5.02-S", 1, None)


@pytest.mark.parametrize("gap", ["", "\n"])
def test_several_licenses_of_a_client(gap):
    second = BLOCK.replace("ID                       : 1", "ID                       : 2").replace(
        "A02-5.02", "A02-6.00"
    )
    text = BLOCK + gap + second.replace("0005.0002", "0006.0000")
    assert [record.product_version for record in read(text.encode())] == ["5.2", "6.0"]


def test_days_that_leave_the_order_open_are_asked_about():
    text = BLOCK.replace("8/27/2017", "8/7/2017").replace("11/25/2017", "11/5/2017")
    with pytest.raises(RuleViolation, match="date-order-open"):
        read(text.encode())
    assert one(text, date_order="mdy").issued_at.month == 8
    assert one(text.replace("8/7/2017", "07.08.2017").replace("11/5/2017", "05.11.2017")).issued_at.month == 8


def test_other_lists_are_no_output_of_it():
    with pytest.raises(RuleViolation, match="format-does-not-fit"):
        read(b"KeyPackId : 1\nTotalLicenses : 2\n", format="tsctst")
    with pytest.raises(RuleViolation, match="format-does-not-fit"):
        read(b"nothing\n", format="tsctst")
    assert read(b"KeyPackId : 1\nTotalLicenses : 2\n").format == "format-list"
