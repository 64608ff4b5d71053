"""Per-user licenses from Active Directory, as csvde, ldifde, Get-ADUser and PHP write them (formats.md, section 5)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import EvidenceRecord, RefusedRow

END = datetime(2022, 1, 18, 11, 55, 55, tzinfo=UTC)
LS = "00252-20000-35572-AT477"
ANN = {
    "DN": "CN=Ann Smith,OU=IT,DC=corp,DC=example",
    "sAMAccountName": "ann",
    "msTSExpireDate": "20220118115555.0Z",
    "msTSLicenseVersion": "393218",
    "msTSManagingLS": LS,
}


def csvde(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def records(data: bytes, **how) -> list[EvidenceRecord]:
    found = list(read(data, **how))
    assert all(isinstance(one, EvidenceRecord) for one in found)
    return found


def test_csvde():
    (record,) = records(csvde(ANN))
    assert (record.kind, record.user, record.server_product_id) == (
        "active-directory",
        "corp.example\\ann",
        LS,
    )
    assert (record.product_version, record.product_version_id, record.product_type) == ("6.2", 4, 1)
    assert (record.expires_at, record.server, record.computer) == (END, None, None)
    assert dict(record.facts) == ANN


def test_a_user_without_any_of_the_attributes_says_nothing():
    bob = {"DN": "CN=Bob,DC=corp", "sAMAccountName": "bob"}
    assert [one.user for one in records(csvde(ANN, bob))] == ["corp.example\\ann"]


def test_an_export_without_the_attributes_is_a_table_that_nobody_knows():
    with pytest.raises(RuleViolation, match="columns-unknown"):
        read(csvde({"DN": "CN=Bob,DC=corp", "sAMAccountName": "bob", "userPrincipalName": "bob@corp"}))


def test_a_version_alone_says_more_of_the_first_set():
    (record,) = records(csvde(ANN | {"msTSLicenseVersion2": "7", "msTSLicenseVersion3": "C50-6.02-S"}))
    assert record.product_version_id == 4
    assert dict(record.facts)["msTSLicenseVersion3"] == "C50-6.02-S"


def test_a_product_code_names_the_version_where_no_number_does():
    versions = {"msTSLicenseVersion": "", "msTSLicenseVersion2": "7", "msTSLicenseVersion3": "C50-10.01-S"}
    (record,) = records(csvde(ANN | versions))
    assert (record.product_version, record.product_version_id) == ("C50-10.01-S", 6)


def test_a_version_that_nobody_knows_is_none():
    (record,) = records(csvde(ANN | {"msTSLicenseVersion": "7"}))
    assert (record.product_version, record.product_version_id) == (None, None)
    (record,) = records(csvde(ANN | {"msTSLicenseVersion": "655363"}))
    assert (record.product_version, record.product_version_id) == ("10.3", None)


def test_each_set_with_an_end_or_a_server_is_a_license_of_its_own():
    second = {"msTSExpireDate2": "20230118115555.0Z", "msTSLicenseVersion2": "655361", "msTSManagingLS2": "X"}
    fourth = {"msTSManagingLS4": "Y"}
    found = records(csvde(ANN | second | fourth))
    assert [(one.product_version, one.server_product_id) for one in found] == [
        ("6.2", LS),
        ("10.1", "X"),
        (None, "Y"),
    ]
    assert [one.expires_at.year if one.expires_at else None for one in found] == [2022, 2023, None]
    assert "msTSManagingLS2" not in dict(found[0].facts)
    assert dict(found[1].facts) == {"DN": ANN["DN"], "sAMAccountName": "ann"} | second


def test_a_version_is_all_that_is_known():
    (record,) = records(csvde({"sAMAccountName": "ann", "msTSLicenseVersion": "393218"}))
    assert (record.user, record.product_version, record.expires_at) == ("ann", "6.2", None)


@pytest.mark.parametrize(
    ("who", "user"),
    [
        ({"DN": "CN=Ann Smith,DC=corp"}, "corp\\Ann Smith"),
        ({"DN": "CN=Smith\\, Ann,OU=x,DC=corp"}, "corp\\Smith, Ann"),
        ({"DistinguishedName": "OU=x", "Name": "Ann"}, "Ann"),
        ({"userPrincipalName": "ann@corp.example", "DN": "CN=x,DC=corp"}, "ann@corp.example"),
        ({"DN": "nonsense"}, None),
        ({"cn": "CORP\\ann", "DN": "CN=x,DC=corp"}, "CORP\\ann"),
        ({"sAMAccountName": "X'6dc3bc6c6c6572'"}, "müller"),
    ],
)
def test_the_user_is_named_as_servers_name_one(who, user):
    (record,) = records(csvde(who | {"msTSExpireDate": "20220118115555.0Z", "msTSManagingLS": LS}))
    assert record.user == user


def test_bytes_that_are_no_text_are_refused():
    (refused,) = read(csvde(ANN | {"sAMAccountName": "X'ff'"}))
    assert (refused.code, refused.line) == ("text-characters", 2)


def test_get_aduser_as_json_and_as_a_list():
    row = {
        "DistinguishedName": ANN["DN"],
        "Enabled": True,
        "msTSExpireDate": "/Date(1642506955000)/",
        "msTSLicenseVersion": "393218",
        "msTSManagingLS": LS,
        "Name": "Ann Smith",
        "SamAccountName": "ann",
        "Description": "in the office",
        "City": None,
    }
    for data in (json.dumps(row), json.dumps([row, row | {"SamAccountName": "bob"}])):
        assert records(data.encode())[0].user == "corp.example\\ann"
        assert records(data.encode())[0].expires_at == END
    text = "\n".join(f"{name:<18} : {value}" for name, value in row.items())
    (record,) = records(text.replace("/Date(1642506955000)/", "18/01/2022 11:55:55").encode(), time_zone=UTC)
    assert (record.user, record.expires_at) == ("corp.example\\ann", END)


def test_days_that_leave_the_order_open_are_asked_about():
    data = csvde(ANN | {"msTSExpireDate": "8/1/2022 11:55:55 AM"})
    with pytest.raises(RuleViolation, match="date-order-open"):
        read(data)
    assert records(data, date_order="dmy", time_zone=UTC)[0].expires_at == END.replace(day=8)


# LDIF


LDIF = f"""version: 1
# exported by hand,
#  and the comment goes on
dn: CN=Ann Smith,OU=IT,
 DC=corp,DC=example
changetype: add
objectClass: user
jpegPhoto:: {"QUJD" * 10}
 {"QUJD" * 10}
sAMAccountName:: {base64.b64encode("müller".encode()).decode()}
msTSExpireDate: 20220118115
 555.0Z
msTSLicenseVersion;x-opt: 393218
msTSManagingLS: {LS}

"""


def test_ldif_with_folds_base64_comments_and_options():
    content = read(LDIF.encode())
    assert content.format == "ldif"
    (record,) = content
    assert (record.line, record.user, record.expires_at) == (4, "corp.example\\müller", END)
    assert (record.product_version_id, record.server_product_id) == (4, LS)


def test_ldif_without_a_version_a_last_newline_or_a_user_of_ours():
    text = "\ufeffdn: CN=Bob,DC=corp\nmail: x\nmsTSManagingLS: A\nmsTSManagingLS: B\n\n\ndn: CN=No,DC=corp\nmail: x"
    (record,) = read(text.encode())
    assert (record.server_product_id, record.line) == ("A", 1)


def test_a_change_is_not_what_a_directory_holds():
    text = "dn: CN=Bob,DC=corp\nchangetype: modify\nreplace: msTSManagingLS\nmsTSManagingLS: A\n-\n\n"
    (refused,) = read(text.encode())
    assert (refused.line, refused.code, refused.value) == (1, "ldif-change", "CN=Bob,DC=corp")


def test_another_file_is_never_opened():
    (record,) = read(
        b"dn: CN=Bob,DC=corp\nmsTSManagingLS:< file:///etc/passwd\nmsTSExpireDate: 20220118115555.0Z\n"
    )
    assert record.server_product_id is None


def test_base64_that_is_none_and_lines_that_are_none_are_refused():
    text = "dn: CN=A,DC=corp\nsAMAccountName:: !!\nmsTSManagingLS: A\n\ndn: CN=B,DC=corp\nwhat is this\nmsTSManagingLS: A\n\nstray\n"
    found = list(read(text.encode()))
    assert [(one.line, one.code) for one in found] == [
        (1, "ldif-encoding"),
        (5, "row-not-recognised"),
        (9, "row-not-recognised"),
    ]


def test_a_value_longer_than_any_of_ours_is_cut_and_costs_nothing():
    text = (
        "dn: CN=Bob,DC=corp\njpegPhoto:: A\n" + " QUJD\n" * 20_000 + "msTSManagingLS: A\ncn: " + "x" * 100_000
    )
    (record,) = read(text.encode())
    assert (record.server_product_id, record.user) == ("A", "corp\\" + "x" * 16381)


def test_text_that_only_begins_like_ldif_is_none():
    for text in ("# only a comment\n", "dn\n", "version 1\n", "mail: x\nmsTSManagingLS: A\n"):
        with pytest.raises(RuleViolation, match="file-not-recognised"):
            read(text.encode(), format="auto")


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
USERS = st.lists(st.tuples(WORD, WORD.filter(lambda word: "\\" not in word)), min_size=1, max_size=4)


def folded(data, line: str) -> str:
    at = data.draw(st.integers(1, len(line)))
    return line if data.draw(st.booleans()) or at == len(line) else f"{line[:at]}\n {line[at:]}"


@given(USERS, st.data())
def test_ldif_comes_back_as_it_was_written(users, data):
    lines = []
    for product, account in users:
        lines.append(folded(data, "dn: CN=x,DC=corp"))
        for name, value in (("msTSManagingLS", product), ("sAMAccountName", account)):
            if data.draw(st.booleans()):
                lines.append("# comment\n  of two lines")
            plain = value.isascii() and value[0] not in ":< "
            encoded = f":: {base64.b64encode(value.encode()).decode()}"
            lines.append(folded(data, name + (f": {value}" if plain else encoded)))
        lines.append("")
    text = data.draw(st.sampled_from(["\n", "\r\n"])).join("\n".join(lines).split("\n"))
    found = records(text.encode(), format="ldif")
    assert [(one.server_product_id, one.user) for one in found] == [
        (product, f"corp\\{account}") for product, account in users
    ]


# print_r


PRINTED = """
  //   [samaccountname] => ann
  //   [mstsexpiredate] => 20220118115555.0Z
  //   [mstslicenseversion] => 393218
  //   [mail] => ann@corp.example
  //   [mstsmanagingls] => 00252-20000-35572-AT477
Array
(
    [samaccountname] => Array
        (
            [count] => 1
            [0] => bob
        )
    [0] => samaccountname
    [mstsmanagingls] => Array
        (
            [0] => X
            [1] => Y
        )
)
"""


def test_print_r_flat_and_of_lists():
    content = read(PRINTED.encode())
    assert content.format == "print-r"
    assert [(one.line, one.user, one.server_product_id) for one in content] == [
        (2, "ann", LS),
        (12, "bob", "X"),
    ]


def test_print_r_of_something_else_is_not_recognised():
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(b"  [mail] => x\n  [cn] => y\n")
    with pytest.raises(RuleViolation, match="format-does-not-fit"):
        read(b"  [mail] => x\n", format="print-r")


@given(
    st.lists(
        st.sampled_from([*PRINTED.splitlines(), *LDIF.splitlines(), " x", "-", ":", "dn:: !", "[0] => Array"])
    )
)
def test_lines_in_any_order_end_in_records_refused_rows_or_a_refusal(lines):
    for name in ("ldif", "print-r", "auto"):
        try:
            found = list(read("\n".join(lines).encode(), format=name))
        except RuleViolation:
            continue
        assert all(isinstance(one, EvidenceRecord | RefusedRow) for one in found)
