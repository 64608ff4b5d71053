"""The command that reads files from license servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tslic_admin.services.importing import column_mappings
from tslic_admin.services.importing.files import SourceFile

PACKS = (
    "KeyPackId,Description,KeyPackType,ProductType,ProductVersion,ProductVersionID,TotalLicenses,IssuedLicenses,"
    "AvailableLicenses,ExpirationDate,AccessRights,TypeAndModel,PSComputerName\n"
    "5,A02-10.01-S,2,0,Windows Server 2019,6,25,1,24,20380119031407.000000-000,1,,DC09\n"
)
LICENSES = (
    "LicenseId,KeyPackId,sIssuedToUser,sIssuedToComputer,LicenseStatus,IssueDate,ExpirationDate,sHardwareId\n"
    "1,5,,PC51,2,20260105100000.000000-000,20260520100000.000000-000,\n"
)
BROKEN = LICENSES + "x,5,,PC52,2,20260105100000.000000-000,20260520100000.000000-000,\n"
DAYS = LICENSES.splitlines()[0] + "\n2,5,,PC52,2,01/02/2026 10:00:00,03/04/2026 10:00:00,\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in {
        "packs.csv": PACKS,
        "licenses.csv": LICENSES,
        "broken.csv": BROKEN,
        "days.csv": DAYS,
        "nonsense.txt": "nothing of ours\n",
    }.items():
        (folder / name).write_text(text)
    return folder


def path(files: Path, *names: str) -> list[str]:
    return [str(files / name) for name in names]


def test_what_is_new_is_counted_by_file_and_server(console, files):
    act = console.json("import", *path(files, "licenses.csv", "packs.csv"), "--server", "DC09")
    assert act["entry"] == 1
    one = {one["file"]: one for one in act["imported"]}
    assert one["packs.csv"] == {
        "file": "packs.csv",
        "format": "csv",
        "server": "DC09",
        "taken_at": "2026-03-02T12:00:00Z",
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "vanished": 0,
        "linked": 0,
        "ambiguous": 0,
        "refused": [],
    }
    assert one["licenses.csv"]["new"] == 1
    assert console.json("licenses", "list")[0]["sIssuedToComputer"] == "PC51"


def test_the_same_again_changes_nothing(console, files):
    console.json("import", *path(files, "packs.csv"))
    act = console.json("import", *path(files, "packs.csv"))
    assert act["entry"] is None
    assert act["imported"][0]["unchanged"] == 1
    assert console("import", *path(files, "packs.csv")).out.endswith("Nothing was changed.\n")


def test_a_refused_row_refuses_everything_and_says_line_value_and_reason(console, files):
    result = console("--json", "import", *path(files, "packs.csv", "broken.csv"), "--server", "DC09")
    assert result.code == 3
    assert result.err.count("\n") == 1
    assert result.json["entry"] is None
    (refused,) = next(one for one in result.json["imported"] if one["file"] == "broken.csv")["refused"]
    assert (refused["line"], refused["value"]) == (3, "x")
    assert "whole number" in refused["reason"]
    assert console.json("servers", "list") == []


def test_people_read_the_refused_rows_too(console, files):
    result = console("import", *path(files, "packs.csv", "broken.csv"), "--server", "DC09")
    assert "broken.csv, line 3: “x” is not a whole number" in result.out
    assert "so nothing was imported" in result.err


def test_refused_rows_can_be_left_out(console, files):
    argv = ("import", *path(files, "packs.csv", "broken.csv"), "--server", "DC09", "--skip-refused")
    act = console.json(*argv)
    assert act["entry"] == 1
    assert len(act["imported"][1]["refused"]) == 1
    assert len(console.json("licenses", "list")) == 1


def test_a_dry_run_changes_nothing_and_asks_for_attention_where_rows_are_refused(console, files):
    dry = ("--dry-run", "--server", "DC09")
    result = console("--json", "import", *path(files, "packs.csv"), *dry)
    assert (result.code, result.json["entry"], result.json["imported"][0]["new"]) == (0, None, 1)
    result = console("--json", "import", *path(files, "packs.csv", "broken.csv"), *dry)
    assert (result.code, result.err) == (1, "")
    assert console.json("servers", "list") == []


def test_a_file_that_is_not_recognised_is_refused_as_a_whole(console, files):
    result = console("--json", "import", *path(files, "nonsense.txt"))
    assert result.code == 3
    (one,) = result.json["imported"]
    assert (one["format"], one["server"], one["refused"][0]["line"]) == (None, None, 0)
    assert (
        console("import", *path(files, "nonsense.txt")).out.count("nonsense.txt: Nothing in this file") == 1
    )


def test_standard_input_is_a_file(console):
    act = console.json("import", "-", stdin=PACKS)
    assert (act["imported"][0]["file"], act["imported"][0]["new"]) == ("-", 1)


def test_missing_and_unreadable_files_are_trouble_and_nothing_is_read(console, files):
    for name in ("none.csv", "none*.csv", "x" * 5000):
        result = console("import", *path(files, "packs.csv", name))
        assert (result.code, result.out) == (4, "")
        assert result.err.count("\n") == 1
    assert console.json("servers", "list") == []


def test_two_files_of_one_name_are_told_apart(console, files):
    other = files / "other"
    other.mkdir()
    (other / "packs.csv").write_text(PACKS.replace("\n5,", "\n6,"))
    act = console.json("import", str(files / "packs.csv"), str(other / "packs.csv"))
    assert [one["file"] for one in act["imported"]] == [str(files / "packs.csv"), str(other / "packs.csv")]


def test_a_date_order_that_the_file_leaves_open_is_asked_for(console, files):
    packs = path(files, "packs.csv")
    console.json("import", *packs)
    days = ("import", *path(files, "days.csv"), "--server", "DC09", "--time-zone", "Europe/Berlin")
    assert console(*days).code == 3
    console.json(*days, "--date-order", "dmy")
    (row,) = console.json("licenses", "list")
    assert row["IssueDate"] == "2026-02-01T09:00:00Z"


def test_when_it_was_taken_is_local_time_of_the_zone_that_is_named(console, files):
    act = console.json(
        *("import", *path(files, "packs.csv"), "--taken-at", "2026-03-01T10:00", "--time-zone", "Asia/Tokyo")
    )
    assert act["imported"][0]["taken_at"] == "2026-03-01T01:00:00Z"


def test_an_older_list_than_the_newest_is_refused(console, files):
    console.json("import", *path(files, "packs.csv"))
    result = console("--json", "import", *path(files, "packs.csv"), "--taken-at", "2026-03-01")
    assert result.code == 3
    assert "newer list" in result.json["imported"][0]["refused"][0]["reason"]


@pytest.mark.parametrize("what", ["servers", "key-packs", "licenses"])
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_an_exported_file_imported_into_another_store_is_the_same_export(
    stocked, tmp_path, monkeypatch, capsys, clock, what, ending
):
    exports = {name: tmp_path / f"{name}.{ending}" for name in ("servers", "key-packs", "licenses")}
    for name, target in exports.items():
        assert stocked("export", name, "--to", str(target)).code == 0
    other = type(stocked)(tmp_path / "other", capsys, monkeypatch, clock)
    act = other.json("import", *map(str, exports.values()))
    assert sum(one["new"] for one in act["imported"]) == 1 + 2 + 4
    again = tmp_path / f"again.{ending}"
    other.json("export", what, "--to", str(again))
    assert again.read_bytes() == exports[what].read_bytes()


def test_the_sample_fills_an_empty_store_once(console):
    act = console.json("demo")
    assert act["entry"] > 10
    assert len(console.json("servers", "list")) == 3
    assert "already holds records" in console.refused("demo")


def test_the_sample_says_what_it_did(console):
    assert console("demo").out.startswith("The sample was recorded")


def test_history_of_an_import_keeps_the_file_s_digest(console, files, tmp_path):
    console.json("import", *path(files, "packs.csv"))
    target = tmp_path / "history.json"
    console.json("export", "history", "--to", str(target))
    (entry,) = json.loads(target.read_text())
    snapshot = next(event for event in entry["events"] if event["subject"].startswith("snapshot"))
    assert "SHA256" in snapshot["after"]


def test_every_server_that_an_import_makes_is_new_with_all_that_the_file_says_of_it(console, tmp_path):
    source = tmp_path / "servers.csv"
    source.write_text("Server,ProductId,ServerRole\nA,00252-1,1\nB,00252-2,2\nC,00252-3,0\n")
    act = console.json("import", str(source))
    assert [(one["server"], one["new"], one["changed"]) for one in act["imported"]] == [
        ("A", 1, 0),
        ("B", 1, 0),
        ("C", 1, 0),
    ]
    assert [row["ServerRole"] for row in console.json("servers", "list")] == [1, 2, 0]
    assert console.json("history", "verify")["state"] == "intact"


def test_a_folder_and_a_pattern_are_the_files_in_them(console, files):
    (files / "broken.csv").unlink()
    (files / "days.csv").unlink()
    act = console.json("import", str(files), "--server", "DC09")
    assert [(one["file"], one["format"], one["refused"]) for one in act["imported"]] == [
        ("packs.csv", "csv", []),
        ("licenses.csv", "csv", []),
        ("nonsense.txt", None, []),
    ]
    assert act["notices"] == [
        "Files of the folder passed over, since they hold nothing that is read here: 1 (nonsense.txt)."
    ]
    again = console.json("import", str(files / "*.csv"), str(files / "packs.csv"), "--server", "DC09")
    assert again["entry"] is None
    assert sorted(one["file"] for one in again["imported"]) == ["licenses.csv", "packs.csv"]
    named = console("import", str(files / "*.txt"))
    assert named.code == 3
    assert "Nothing in this file is known" in named.out


def test_a_folder_without_a_file_is_refused(console, files):
    (files / "empty").mkdir()
    assert "There is no file in" in console.refused("import", str(files / "empty"))


def test_a_table_that_nobody_knows_is_read_as_it_was_said_in_the_window(console, files, store):
    text = "Pack;Lic;Machine\n5;1;PC51\n"
    (files / "table.csv").write_text(text)
    console.json("import", *path(files, "packs.csv"))
    result = console("import", *path(files, "table.csv"), "--server", "DC09")
    assert result.code == 3
    assert "Say it once in the window" in result.out
    looked = column_mappings.preview_table(SourceFile("table.csv", text.encode()), {})
    mapping = column_mappings.ColumnMapping("licenses", ("keypack_id", "license_id", "computer"))
    with store.writing() as session:
        column_mappings.save_mapping(session, looked.layout, mapping)
    act = console.json("import", *path(files, "table.csv"), "--server", "DC09")
    assert (act["imported"][0]["format"], act["imported"][0]["new"]) == ("mapped", 1)
    listed = console("history", "list").out
    assert "Said what the columns of a table are" in listed
    assert console("history", "verify").code == 0
