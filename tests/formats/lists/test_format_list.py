"""Format-List and wmic's list are read block by block, wrapped values put together again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow, ServerRecord

BLOCK = """\
KeyPackId         : 3
Description       : A02-6.00-S
ProductVersion    : Windows Server 2008 or Windows
                    Server 2008 R2
TotalLicenses     : 250
ExpirationDate    : 20380101081108.000000-000
TypeAndModel      :
PSComputerName    : LIC01
"""
PACK = KeyPackRecord(
    3,
    "LIC01",
    3,
    "A02-6.00-S",
    product_version="Windows Server 2008 or Windows Server 2008 R2",
    product_version_id=2,
    total=250,
    expires_at=datetime(2038, 1, 1, 8, 11, 8, tzinfo=UTC),
)


def records(text: str):
    content = read(text.encode())
    assert content.format == "format-list"
    return list(content)


@pytest.mark.parametrize(
    "text",
    [
        f"\n\n{BLOCK}\n\n",
        f"\n\n{BLOCK}".replace("\n", "\r\n"),
        "".join(f"#{line}\n" for line in f"\n\n{BLOCK}".splitlines()),
        "\n\n" + "".join(f"  {line}\n" for line in BLOCK.splitlines()),
        f"\n\n{BLOCK}".replace("Windows\n", "Windows \n"),
        f"PS C:\\> Get-CimInstance Win32_TSLicenseKeyPack | fl\n\n{BLOCK}",
        f"some banner\n\n{BLOCK}\nthe end\n",
    ],
)
def test_a_block_is_a_row(text):
    assert records(text) == [PACK]


def test_blocks_are_parted_by_blank_lines_or_by_a_name_that_comes_again():
    assert [record.line for record in records(f"{BLOCK}\n{BLOCK}{BLOCK}")] == [1, 10, 18]


def test_blocks_of_several_classes_may_follow_each_other():
    server = "ProductId : 00252\nServerRole : Domain\nDatabasePath : C:\\Windows\\verylong\n               path\\LServer\n"
    license_ = "LicenseId : 7\nKeyPackId : 3\nsIssuedToUser : \n"
    assert records(f"{server}\n{license_}") == [
        ServerRecord(1, None, "00252", role=1, database_path="C:\\Windows\\verylongpath\\LServer"),
        IssuedRecord(6, None, 7, 3),
    ]


def test_wmic_puts_blank_lines_between_all_lines():
    text = "\r\r\n\r\r\nKeyPackId=3\r\r\nTotalLicenses=250\r\r\n\r\r\n\r\r\nKeyPackId=4\r\r\nTotalLicenses=9\r\r\n"
    first, second = records(text)
    assert (first.keypack_id, first.total) == (3, 250)
    assert (second.keypack_id, second.total) == (4, 9)


def test_a_line_that_fits_into_no_block_is_refused():
    text = "KeyPackId : 3\nTotalLicenses : 250\nServer 2008 R2\n"
    assert records(text) == [
        RefusedRow(3, "Server 2008 R2", "row-not-recognised"),
        KeyPackRecord(1, None, 3, total=250),
    ]
    long = "KeyPackId : 3\nTotalLicenses : 250\n" + "x : " * 9000
    assert records(long)[0] == RefusedRow(3, ("x : " * 50), "row-not-recognised")


def test_a_block_of_another_class_is_refused_only_where_it_has_a_known_name():
    text = f"{BLOCK}\nCity : Bonn\n\nDrive : C\n"
    assert records(text)[1:] == [RefusedRow(10, "City", "row-not-recognised")]


@pytest.mark.parametrize(
    "text", ["a : b\nc : d\n", "City : Bonn\n", "free text\n\nmore\n", "City : Bonn\nx\n"]
)
def test_other_lists_are_not_recognised(text):
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(text.encode())
