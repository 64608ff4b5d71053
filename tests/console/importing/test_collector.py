"""`collector`: the script on standard output; what it writes is imported."""

from __future__ import annotations

import json

from formats.writing.powershell import default_texts, parse

from tslic_admin.formats.writing.collector_script import collector_script


def collected(**other):
    server = {
        "name": "DC01",
        "taken_at": "2026-03-01T10:00:00Z",
        "activation": 0,
        "server": [{"ProductId": "00252-20000-35572-AT477"}],
        "key_packs": [{"KeyPackId": 3, "TotalLicenses": 10}],
        "licenses": [{"LicenseId": 1, "KeyPackId": 3, "sIssuedToComputer": "PC1"}],
        "complete": True,
        "errors": [],
    } | other
    return {"format": "tslic-admin collector", "version": 1, "servers": [server]}


def test_the_script_is_standard_output_byte_for_byte(console):
    assert console("collector").out.encode() == collector_script([])
    assert default_texts(
        parse(console("collector", "--server", "DC01", "--server", "O'Brien").out.encode()), "$Server"
    ) == ["DC01", "O'Brien"]


def test_it_needs_no_store(console):
    console.folder.joinpath("tslic.sqlite").unlink()
    assert console("collector").code == 0
    assert not console.folder.joinpath("tslic.sqlite").exists()


def test_each_server_is_named_once(console):
    result = console.json("collector", "--server", "dc01", "--server", "DC01", "--server", "DC02")
    assert result["servers"] == ["DC01", "DC02"]
    assert result["script"].encode() == collector_script(["DC01", "DC02"])


def test_a_name_that_no_server_has_is_refused(console):
    for name in ("", "DC01\nRemove-Item", "a,b", "x" * 300):
        assert console.refused("collector", "--server", name)


def test_what_it_wrote_is_imported_and_a_failed_server_is_said(console, tmp_path):
    document = collected()
    document["servers"].append(
        {
            "name": "DC02",
            "taken_at": "2026-03-01T10:00:00Z",
            "complete": False,
            "errors": ["Access is denied."],
        }
    )
    file = tmp_path / "collected.json"
    file.write_text(json.dumps(document))
    result = console.json("import", str(file))
    assert [(one["server"], one["format"], one["taken_at"], one["new"]) for one in result["imported"]] == [
        ("DC01", "collector", "2026-03-01T10:00:00Z", 3)
    ]
    assert result["notices"] == [
        "DC02 could not be read (Access is denied), so nothing of it is in collected.json."
    ]
    assert "DC02 could not be read" in console("import", str(file)).out
    assert console.json("servers", "list")[0]["Activation"] == 0


def test_what_a_complete_list_lacks_is_gone(console, tmp_path):
    file = tmp_path / "collected.json"
    file.write_text(json.dumps(collected()))
    console.json("import", str(file))
    file.write_text(json.dumps(collected(licenses=[], taken_at="2026-03-02T10:00:00Z")))
    (result,) = console.json("import", str(file))["imported"]
    assert result["vanished"] == 1


def test_a_newer_script_s_file_is_refused_with_what_to_do(console, tmp_path):
    file = tmp_path / "collected.json"
    file.write_text(json.dumps(collected() | {"version": 2}))
    result = console("import", str(file))
    assert result.code == 3
    assert "newer collector script (form 2" in result.out
