"""The commands about license servers."""

from __future__ import annotations


def test_a_server_is_added_and_listed_in_machine_form(console):
    act = console.json(
        *("servers", "add", "DC01", "--product-id", "00252-20000-35572-AT477", "--windows-version", "2022"),
        *("--role", "domain", "--activation", "activated", "--country", "Germany", "--phone", "+49 89 1"),
    )
    assert act["entry"] == 1
    (row,) = console.json("servers", "list")
    assert row == act["server"]
    expected = {
        "Name": "DC01",
        "ProductId": "00252-20000-35572-AT477",
        "ServerRole": 1,
        "Version": 7,
        "Activation": 0,
        "Country": "Germany",
        "Phone": "+49 89 1",
        "TotalLicenses": 0,
        "IssuedLicenses": 0,
    }
    assert {name: row[name] for name in expected} == expected


def test_what_the_server_says_of_its_version_comes_before_what_was_typed(stocked):
    stocked.json("servers", "set", "DC01", "--windows-version", "2022", "--reason", "upgraded")
    (row,) = stocked.json("servers", "list")
    assert (row["Version"], row["WindowsVersion"]) == ("Windows Server 2019", 7)


def test_a_server_is_renamed_with_all_it_holds(stocked):
    act = stocked.json("servers", "set", "dc01", "--rename", "LIC01", "--reason", "renamed")
    assert act["server"]["Name"] == "LIC01"
    assert {row["Server"] for row in stocked.json("licenses", "list")} == {"LIC01"}


def test_an_empty_text_clears_a_field(stocked):
    stocked.json("servers", "set", "DC01", "--notes", "in the cellar", "--reason", "x")
    assert stocked.json("servers", "set", "DC01", "--notes", "", "--reason", "x")["server"]["Notes"] is None


def test_the_license_server_id_can_be_read_from_standard_input_and_is_shown_masked(console):
    code = "ABCDE" * 6 + "12345"
    act = console.json("servers", "add", "DC01", "--license-server-id", "-", stdin=code + "\n")
    assert act["server"]["LicenseServerId"] == "…12345"
    assert code not in console("--json", "servers", "list").out


def test_a_secret_that_was_to_be_read_and_is_not_there_is_refused(console):
    assert "input" in console.refused("servers", "add", "DC01", "--license-server-id", "-")


def test_the_list_is_a_table_in_words(stocked):
    out = stocked("servers", "list").out.splitlines()
    assert out[0].split() == [
        *("Name", "Activation", "Version", "Role", "Key", "Packs", "Total", "Licenses", "Issued"),
        *("Shortage", "Product", "ID"),
    ]
    assert out[2].startswith("DC01  Not known   Windows Server 2019  Domain")


def test_an_empty_list_says_so(console):
    assert console("servers", "list").out == "No servers are recorded.\n"


def test_an_act_says_in_one_line_what_it_did(console):
    assert console("servers", "add", "DC01").out == "Server DC01 was added. History entry 1.\n"


def test_a_server_is_not_added_twice(stocked):
    assert "already recorded" in stocked.refused("servers", "add", "dc01.example.org")
