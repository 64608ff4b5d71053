"""The words of admin scripts and of the tool's own screen stand for Microsoft's numbers; what is unclear is refused."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.clocks import NEVER, iso
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.cells import (
    UnreadableCell,
    product_type,
    type_in,
    type_part,
    version_id,
    version_in,
)
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow


def records(text: str, **how):
    return list(read(text.encode(), time_zone=UTC, **how))


PACK_WORDS = {
    "Keypack ID": "3",
    "License Version and Type": "Windows Server 2012 - Installed RDS Per Device CAL",
    "License Program": "License Pack (Retail Purchase)",
    "Total Licenses": "Unlimited",
    "Available": "9",
    "Issued": "11",
    "Expiry Date": "2026-12-31",
    "Product Code": "A02-6.02-S",
}
PACK = KeyPackRecord(
    2,
    None,
    3,
    "A02-6.02-S",
    1,
    0,
    "Windows Server 2012",
    4,
    4294967295,
    11,
    9,
    datetime(2026, 12, 31, tzinfo=UTC),
    type_and_model="RDS Per Device CAL",
)


CASES = [str.upper, str.lower, str.title, lambda name: name.replace(" ", ""), lambda name: f"  {name} "]


@given(st.permutations(list(PACK_WORDS)), st.lists(st.sampled_from(CASES), min_size=8, max_size=8))
@settings(max_examples=40)
def test_the_screens_headings_come_in_any_order_case_and_spacing(names, cases):
    written = [case(name) for case, name in zip(cases, names, strict=True)]
    row = ";".join(PACK_WORDS[name] for name in names)
    assert records(f"{';'.join(written)}\n{row}\n") == [PACK]


def test_where_the_rest_says_what_table_it_is_short_words_do():
    (record,) = records(
        "Status,User,Computer,Issued,Expires,HWID,License ID,Key Pack ID,License Server\n"
        "Upgraded,ann,PC01,2026-01-02,2026-03-02,ABC,7,3,LIC01\n"
    )
    assert record == IssuedRecord(
        2,
        "LIC01",
        7,
        3,
        "ann",
        "PC01",
        3,
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
        "ABC",
    )
    (pack,) = records("KeypackID,Total,In Use,Free,Type,Version,Description\n3,5,2,3,Per User,2008 R2,x\n")
    assert (pack.total, pack.issued, pack.available, pack.product_type) == (5, 2, 3, 1)
    assert (pack.product_version, pack.product_version_id) == ("2008 R2", None)


def test_short_words_alone_say_nothing():
    with pytest.raises(RuleViolation, match="columns-unknown"):
        records("Status,User,Computer,Issued,Expires\nActive,ann,PC01,2026-01-02,2026-03-02\n")


def test_a_property_s_own_column_goes_before_what_another_says():
    (pack,) = records(
        "KeyPackId,ProductVersion,ProductVersionID,ProductType,TypeAndModel\n"
        "3,Windows Server 2012,5,1,RDS Per Device CAL\n"
    )
    assert (pack.product_version, pack.product_version_id, pack.product_type) == ("Windows Server 2012", 5, 1)
    assert pack.type_and_model == "RDS Per Device CAL"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Windows 2000 Server", 0),
        ("Windows Server 2003", 1),
        ("Microsoft Windows Server 2008", 2),
        ("Windows Server 2008 or Windows Server 2008 R2", 2),
        ("windows server 2008 r2", 3),
        ("Windows Server 2012 R2", 4),
        ("Windows Server 2016 - Installed RDS Per User CAL", 5),
        ("Windows Server 2025", 8),
        ("Windows Server 2008 oder Windows Server 2008 R2", None),
        ("Windows Server 2008 or Windows Server 2012", None),
        ("Windows Server 2030", None),
        ("2019", None),
        ("", None),
    ],
)
def test_a_version_is_its_english_name_and_nothing_else(text, found):
    assert version_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("2008 R2", 3), ("2019", 6), ("Windows Server 2022", 7), ("5", 5), ("17", 17), ("", None)],
)
def test_a_version_s_number_may_be_its_name(text, found):
    assert version_id(text) == found


@pytest.mark.parametrize(("text", "code"), [("Vista", "word-unknown"), ("-5", "number-malformed")])
def test_a_version_that_is_none_is_refused(text, code):
    with pytest.raises(UnreadableCell) as caught:
        version_id(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Built-in TS Per Device CAL", 3),
        ("TS or RDS Per User CAL", 1),
        ("RDS Per Device CAL", 0),
        ("RDS-Geräte-CAL", None),
    ],
)
def test_a_type_is_read_out_of_its_text(text, found):
    assert type_in(text) == found


def test_types_as_words():
    for words, code in ((("Per Device", "RDS Per Device CAL", "per-device"), 0), (("Per User", "user"), 1)):
        assert {product_type(word) for word in words} == {code}


def test_a_type_without_its_version_stays_as_it_is():
    assert type_part("RDS Per User CAL") == "RDS Per User CAL"
    assert type_part("Windows Server 2012 - RDS Per User CAL") == "RDS Per User CAL"
    assert type_part(" ") is None


def test_an_unclear_word_refuses_its_row():
    (refused,) = records("Keypack ID,License Program,Total Licenses\n3,Whatever,5\n")
    assert refused == RefusedRow(2, "Whatever", "word-unknown")


@pytest.mark.parametrize(
    ("headings", "first", "second"),
    [
        ("LicenseId,KeyPackId,Expires On,Expiry Date", "Expires On", "Expiry Date"),
        ("LicenseId,KeyPackId,Status,status", "Status", "status"),
        ("KeyPackId,LicenseId,KeyPackId", "KeyPackId", "KeyPackId"),
        ("LicenseId,KeyPackId,Computer,Client", "Computer", "Client"),
    ],
)
def test_two_columns_that_could_be_the_same_refuse_the_file(headings, first, second):
    row = ",".join("7" for _ in headings.split(","))
    with pytest.raises(RuleViolation) as caught:
        records(f"{headings}\n{row}\n")
    assert (caught.value.code, caught.value.facts) == (
        "columns-ambiguous",
        {"first": first, "second": second},
    )


def test_a_property_beside_what_a_script_made_of_it_is_not_ambiguous():
    (record,) = records("LicenseId,KeyPackId,ExpirationDate,Expires On\n7,3,2026-03-02,soon\n")
    assert record.expires_at == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "headings",
    [
        "Server,Keypack ID,License Version and Type,Total Licenses,Origin",
        "Keypack ID,Total Licenses,Available,Expiry Date,Origin",
        "Key Pack,License ID,Issued To Computer,License Status,Holder,Record",
    ],
)
def test_an_export_of_ours_for_people_is_no_list_of_a_server(headings):
    with pytest.raises(RuleViolation) as caught:
        records(f"{headings}\n{headings}x\n")
    assert caught.value.code == "own-readable"


def test_never_is_an_end():
    (pack,) = records("Keypack ID,Total Licenses,Available,Expiry Date\n3,5,5,Never\n")
    assert iso(pack.expires_at) == NEVER
    (refused,) = records("LicenseId,KeyPackId,IssueDate\n7,3,Never\n")
    assert refused == RefusedRow(2, "Never", "date-malformed")


CONFIGMGR = (
    "ResourceID,Netbios_Name0,GroupID,TimeStamp,ExpirationDate0,IssueDate0,KeyPackId0,LicenseId0,LicenseStatus0,"
    "sHardwareId0,sIssuedToComputer0,sIssuedToUser0\n"
    "16777220,LIC01,1,2024-03-02 04:00:00.000,2024-05-20 00:00:00.000,2024-03-01 10:15:00.000,3,7,2,ABC,PC01,NULL\n"
)


def test_columns_of_a_configmgr_view_are_the_properties_with_a_0():
    assert records(CONFIGMGR) == [
        IssuedRecord(
            2,
            "LIC01",
            7,
            3,
            None,
            "PC01",
            2,
            datetime(2024, 3, 1, 10, 15, tzinfo=UTC),
            datetime(2024, 5, 20, tzinfo=UTC),
            "ABC",
        )
    ]
    for name in ("Name0", "Netbios_Name0"):
        (pack,) = records(
            f"ResourceID;{name};KeyPackId0;Description0;TotalLicenses0;ProductVersionID0;ExpirationDate0\n"
            "16777220;LIC01;3;A02-6.02-S;25;4;2038-01-01 00:00:00.0000000\n"
        )
        assert (pack.server, pack.keypack_id, pack.total, pack.product_version_id) == ("LIC01", 3, 25, 4)
        assert pack.expires_at == datetime(2038, 1, 1, tzinfo=UTC)


def test_null_is_no_name_elsewhere_than_in_a_database_s_export():
    (record,) = records("LicenseId,KeyPackId,sIssuedToComputer\n7,3,NULL\n")
    assert record.computer == "NULL"


def test_machines_of_which_only_a_number_is_known_are_not_taken_for_one():
    head = "ResourceID,KeyPackId0,LicenseId0,sIssuedToComputer0\n"
    assert len(records(f"{head}1,3,7,PC01\n1,3,8,PC02\n")) == 2
    with pytest.raises(RuleViolation) as caught:
        records(f"{head}1,3,7,PC01\n2,3,8,PC02\n")
    assert (caught.value.code, caught.value.facts) == ("machines-mixed", {"first": "1", "second": "2"})
    assert len(records("Name0," + head + "A,1,3,7,PC01\nB,2,3,8,PC02\n")) == 2


LSREPORT = ["License ID", "Keypack ID", "Client", "User", "Start", "Issue Type", "License Type", "End"]
LS_ROW = [
    "7",
    "3",
    "PC01",
    "CONTOSO\\ann",
    "20/03/2004 12:26:14",
    "Temporary",
    "Device",
    "18/06/2004 12:26:14",
]
LS_RECORD = IssuedRecord(
    2,
    None,
    7,
    3,
    "CONTOSO\\ann",
    "PC01",
    1,
    datetime(2004, 3, 20, 12, 26, 14, tzinfo=UTC),
    datetime(2004, 6, 18, 12, 26, 14, tzinfo=UTC),
)


def tabbed(*rows: list[str], end: str = "") -> str:
    return "".join("\t".join(row) + end + "\r\n" for row in rows)


def test_a_report_of_lsreport_is_known_by_its_words():
    content = read(tabbed(LSREPORT, LS_ROW).encode(), time_zone=UTC)
    assert (content.format, content.date_order) == ("lsreport", "dmy")
    assert list(content) == [LS_RECORD]
    for end in ("\t", "\t\t "):
        assert records(tabbed(LSREPORT, LS_ROW, end=end)) == [LS_RECORD]
        assert records(tabbed(LSREPORT) + tabbed(LS_ROW, end=end)) == [LS_RECORD]
    (refused,) = records(tabbed(LSREPORT) + tabbed(LS_ROW, end="\tmore"))
    assert refused.code == "row-too-long"
    other = ["LicenseID", "KeyPack ID", "Client Name", "User Name", "Start Date", *LSREPORT[5:7], "End Date"]
    assert records(tabbed(other, LS_ROW)) == [LS_RECORD]


def test_a_banner_may_stand_above_a_report_of_lsreport():
    (record,) = records(f"Report of LIC01\r\n\r\n{tabbed(LSREPORT, LS_ROW)}")
    assert (record.line, record.license_id) == (4, 7)


@pytest.mark.parametrize("missing", ["License ID", "Keypack ID", "Start"])
def test_other_words_are_left_to_whoever_knows_the_file(missing):
    head = [name if name != missing else "Unknown" for name in LSREPORT]
    with pytest.raises(RuleViolation):
        records(tabbed(head, LS_ROW))


def test_the_columns_of_lsreport_come_in_any_order():
    for places in itertools.islice(itertools.permutations(range(8)), 0, 40320, 4001):
        text = tabbed([LSREPORT[p] for p in places], [LS_ROW[p] for p in places])
        assert records(text) == [LS_RECORD]
