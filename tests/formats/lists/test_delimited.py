"""Export-Csv in all its variants is read row by row, and a row that cannot be trusted is refused by its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow, ServerRecord

HEAD = (
    "LicenseId,KeyPackId,sIssuedToUser,sIssuedToComputer,LicenseStatus,IssueDate,ExpirationDate,sHardwareId"
)
ROW = "7,3,CONTOSO\\ann,PC01,2,20220118115555.000000-000,20220418115555.000000-000,0a0b"
LICENSE = IssuedRecord(
    2,
    None,
    7,
    3,
    "CONTOSO\\ann",
    "PC01",
    2,
    datetime(2022, 1, 18, 11, 55, 55, tzinfo=UTC),
    datetime(2022, 4, 18, 11, 55, 55, tzinfo=UTC),
    "0a0b",
)


def quoted(line: str, delimiter: str = ",") -> str:
    return delimiter.join(f'"{cell}"' for cell in line.split(","))


def records(text: str, **how):
    content = read(text.encode(), format="csv", **how)
    assert content.format == "csv"
    return list(content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quote", [True, False])
def test_any_delimiter_quoted_or_not(delimiter, quote):
    lines = [quoted(line, delimiter) if quote else line.replace(",", delimiter) for line in (HEAD, ROW)]
    assert records("\r\n".join(lines)) == [LICENSE]


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("#TYPE System.Management.ManagementObject#root\\cimv2\\Win32_TSIssuedLicense\n", 3),
        ("sep=,\n", 3),
        ("\n\n", 4),
    ],
)
def test_lines_above_the_headings_are_counted_and_passed_over(above, line):
    (record,) = records(f"{above}{HEAD}\n{ROW}\n")
    assert record.line == line


def test_every_line_may_be_commented():
    assert records(f"#{quoted(HEAD)}\n#{quoted(ROW)}\n") == [LICENSE]
    assert records(f"# {quoted(HEAD)}\n# {quoted(ROW)}\n") == [LICENSE]
    for sign in ("#", "##"):
        (record,) = records(f"{sign}TYPE x\n#{HEAD}\n#{ROW}\n")
        assert record.computer == "PC01"


def test_headings_come_in_any_order_and_case_and_extra_columns_are_ignored():
    text = "KEYPACKID,Holder,licenseid,LICENSESTATUS,CimClass,Record\n3,PC09,7,2,x,y\n"
    assert records(text) == [IssuedRecord(2, None, 7, 3, status=2)]


def test_headings_of_admin_scripts_and_status_words_are_understood():
    text = (
        "License ID;Keypack ID;Issued To Computer;Issued To User;License Status;Issued On;Expires On\n"
        "7;3;PC01;;Temporary;20/03/2022 12:26:14;18.06.2022\n"
    )
    (record,) = records(text, time_zone=UTC)
    assert record == IssuedRecord(
        2,
        None,
        7,
        3,
        None,
        "PC01",
        1,
        datetime(2022, 3, 20, 12, 26, 14, tzinfo=UTC),
        datetime(2022, 6, 18, tzinfo=UTC),
    )
    text = (
        "Keypack ID,License Version and Type,License Program,Total Licenses,Available,Issued,Expiry Date\n"
        "3,Windows Server 2019 - RDS Per User CAL,Volume,20,9,11,20380101010000.000000-000\n"
    )
    (pack,) = records(text)
    assert pack == KeyPackRecord(
        2,
        None,
        3,
        key_pack_type=2,
        product_type=1,
        product_version="Windows Server 2019",
        product_version_id=6,
        total=20,
        issued=11,
        available=9,
        expires_at=datetime(2038, 1, 1, 1, tzinfo=UTC),
        type_and_model="RDS Per User CAL",
    )


@pytest.mark.parametrize("heading", ["PSComputerName", "__SERVER", "Server", "Node"])
def test_a_column_names_the_server(heading):
    (record,) = records(f"{heading},{HEAD}\nLIC01,{ROW}\n")
    assert record.server == "LIC01"


def test_our_own_column_names_the_server_first_and_a_blank_one_leaves_it_to_the_next():
    first, second, third = records(
        f"__SERVER,PSComputerName,Server,{HEAD}\nA,B,C,{ROW}\nA,B,,{ROW}\nA, ,,{ROW}\n"
    )
    assert [first.server, second.server, third.server] == ["C", "B", "A"]


def test_traps_of_real_files_are_values():
    text = (
        "KeyPackId,Description,KeyPackType,ProductType,ProductVersionID,TotalLicenses,IssuedLicenses,AvailableLicenses\n"
        "2,,7,6,8,-1,30,0\n2,C50-9.99-X,17,99,0,10,30,4294967295\n"
    )
    first, second = records(text)
    assert first == KeyPackRecord(2, None, 2, None, 7, 6, None, 8, 4294967295, 30, 0)
    assert second == KeyPackRecord(3, None, 2, "C50-9.99-X", 17, 99, None, 0, 10, 30, 4294967295)
    (license_,) = records(f"{HEAD}\n7,3,, ,2,,********115555.000000-000,{'0' * 36}\n")
    assert license_ == IssuedRecord(2, None, 7, 3, status=2, hardware_id="0" * 36)


def test_the_server_has_one_row():
    text = (
        "FirstName,LastName,Company,CountryRegion,eMail,OrgUnit,Address,City,State,PostalCode,ServerRole,"
        "DatabasePath,ProductId,Version,VersionNumber\n"
        'Ann,Lee,Contoso,Germany,a@b.c,IT,"Main St 1\nFloor 2",Bonn,NRW,53111,1,C:\\LServer,'
        "00252-20000-35572-AT477,5.2,393218\n"
    )
    assert records(text) == [
        ServerRecord(
            2,
            None,
            "00252-20000-35572-AT477",
            "Ann",
            "Lee",
            "Contoso",
            "Germany",
            "a@b.c",
            "IT",
            "Main St 1\nFloor 2",
            "Bonn",
            "NRW",
            "53111",
            1,
            "C:\\LServer",
            "5.2",
            393218,
        )
    ]


def test_our_own_machine_form_of_servers_is_read():
    (server,) = records("Name,ProductId,ServerRole,Version,Activation\nLIC01,00252-20000,1,7.0,0\n")
    assert server == ServerRecord(2, "LIC01", "00252-20000", role=1, version="7.0")


@pytest.mark.parametrize(
    ("row", "value", "code"),
    [
        (",3,,PC01,2,,,", "", "license-id-missing"),
        ("7, ,,PC01,2,,,", "", "keypack-id-missing"),
        ("x,3,,PC01,2,,,", "x", "number-malformed"),
        ("-1,3,,PC01,2,,,", "-1", "number-malformed"),
        ("7,3,,PC01,4294967296,,,", "4294967296", "number-malformed"),
        ("7,3,,PC01,Aktiv,,,", "Aktiv", "word-unknown"),
        ("7,3,,PC01,2,yesterday,,", "yesterday", "date-malformed"),
        ("7,3,,PC01,2", "7,3,,PC01,2", "row-too-short"),
        ("7,3,,PC01,2,,,,,", "7,3,,PC01,2,,,,,", "row-too-long"),
        ('7,3,,"PC\n01",2,,,', "PC 01", "text-characters"),
        ('7,3,,"PC"01,2,,,', "", "row-quotes"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused_alone(row, value, code):
    first, *_, last = records(f"{HEAD}\n{ROW}\n{row}\n{ROW}\n")
    refused = records(f"{HEAD}\n{ROW}\n{row}\n{ROW}\n")[1]
    assert first == LICENSE
    assert refused == RefusedRow(3, value, code)
    assert last.line == 4 + row.count("\n")


def test_every_line_that_an_open_quote_swallows_is_refused():
    text = f'{HEAD}\n{ROW}\n7,3,,"PC01,2,,,\n{ROW}\n{ROW}\n'
    assert records(text)[1:] == [RefusedRow(line, "", "row-quotes") for line in (3, 4, 5)]


def test_a_second_export_in_the_same_file_repeats_what_is_no_row():
    text = f"#TYPE x\n{HEAD}\n{ROW}\n#TYPE x\n{HEAD}\n\n{ROW}\n,,,,,,,\n"
    assert [record.line for record in records(text)] == [3, 7]


def test_headings_without_rows_are_an_empty_list():
    assert records(HEAD) == []


def test_a_value_that_fills_pages_is_cut_in_the_refusal():
    _, refused = records(f"{HEAD}\n{ROW}\n{'9' * 5000},3,,,,,,\n")
    assert refused == RefusedRow(3, "9" * 200, "number-malformed")


@pytest.mark.parametrize("address", ["1 Street\r\nTown", "1 Street\nTown", "1 Street\rTown", "a\r\n\rb"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_breaks_within_a_cell_stay_as_they_were_written(address, end):
    (record,) = records(f'Server,ProductId,ServerRole,Address,DatabasePath{end}A,P,1,"{address}",C{end}')
    assert (record.address, record.database_path) == (address, "C")
