"""Evidence at the console: counted without keys of its own, what matches nothing is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

PACKS = (
    "KeyPackId,Description,KeyPackType,ProductType,ProductVersionID,TotalLicenses,PSComputerName\n"
    "5,A02-6.02-S,2,0,4,25,DC09\n6,C50-6.02-S,2,1,4,25,DC09\n"
)
LICENSES = (
    "LicenseId,KeyPackId,sIssuedToUser,sIssuedToComputer,LicenseStatus,IssueDate,ExpirationDate,PSComputerName\n"
    "1,5,,PC51,2,20260105100000.000000-000,20260520100000.000000-000,DC09\n"
    "2,6,corp.example\\ann,,2,20260105100000.000000-000,20260520100000.000000-000,DC09\n"
)
SERVER = "ProductId,ServerRole,DatabasePath,PSComputerName\n00252-20000-35572-AT477,1,C:\\LServer,DC09\n"
DIRECTORY = (
    "dn: CN=Ann,DC=corp,DC=example\nchangetype: add\nsAMAccountName: ann\nmsTSExpireDate: 20260520100000.0Z\n"
    "msTSLicenseVersion: 393218\nmsTSManagingLS: 00252-20000-35572-AT477\n\n"
    "dn: CN=Bob,DC=corp,DC=example\nchangetype: add\nsAMAccountName: bob\nmsTSManagingLS: 00252-20000-35572-AT477\n"
)
EVENT = (
    "<Events><Event><System><Provider Name='Microsoft-Windows-TerminalServices-Licensing'/><EventID>80</EventID>"
    "<EventRecordID>4711</EventRecordID><TimeCreated SystemTime='2026-02-01T10:00:00Z'/><Computer>DC09</Computer>"
    "</System><EventData><Data>Windows Server 2012</Data><Data>PC51</Data></EventData></Event></Events>"
)


@pytest.fixture
def files(tmp_path: Path, console) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in {
        "packs.csv": PACKS,
        "licenses.csv": LICENSES,
        "server.csv": SERVER,
        "users.ldf": DIRECTORY,
        "events.xml": EVENT,
        "again.xml": EVENT,
        "doctype.xml": "<!DOCTYPE Events []>" + EVENT,
    }.items():
        (folder / name).write_text(text)
    console.json("import", *(str(folder / f"{name}.csv") for name in ("server", "packs", "licenses")))
    return folder


def test_new_linked_and_ambiguous_are_counted_as_for_lists(console, files):
    (one,) = console.json("import", str(files / "users.ldf"))["imported"]
    assert one == {
        "file": "users.ldf",
        "format": "ldif",
        "server": "DC09",
        "taken_at": "2026-03-02T12:00:00Z",
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "vanished": 0,
        "linked": 1,
        "ambiguous": 0,
        "refused": [],
    }


def test_what_matches_nothing_is_said(console, files):
    result = console("import", str(files / "users.ldf"))
    assert result.code == 0
    assert "Evidence that matches no license, to be kept without one: 1." in result.out
    assert "users.ldf, line 8: Active Directory, corp.example\\bob" in result.out


def test_only_the_first_are_said_one_by_one(console, files, monkeypatch):
    monkeypatch.setattr("tslic_admin.services.importing.evidence.MOST_UNMATCHED", 0)
    result = console("import", str(files / "users.ldf"))
    assert "users.ldf: and 1 more" in result.out


def test_an_event_is_known_again_by_its_record_id(console, files):
    first = console.json("import", str(files / "events.xml"), "--dry-run")["imported"][0]
    assert (first["new"], first["linked"]) == (1, 1)
    console.json("import", str(files / "events.xml"))
    again = console.json("import", str(files / "again.xml"))
    assert again["entry"] is None
    assert again["imported"][0]["unchanged"] == 1


def test_what_could_be_several_is_said_with_their_names(console, files):
    more = files / "more.csv"
    more.write_text(PACKS.replace("DC09", "DC10"))
    lists = files / "more licenses.csv"
    lists.write_text(LICENSES.replace("DC09", "DC10"))
    console.json("import", str(more), str(lists))
    report = files / "report.csv"
    report.write_text(
        "sIssuedToComputer,sHardwareId,ExpirationDate,CALType\nPC51,,20260520100000.000000-000,x\n"
    )
    result = console("import", str(report))
    assert "report.csv:2, Per-device report, PC51: may be about DC09/5/1 or DC10/5/1." in result.out
    assert console.json("import", str(report), "--server", "DC10")["imported"][0]["linked"] == 1


def test_a_document_type_is_refused_in_one_sentence(console, files):
    result = console("import", str(files / "doctype.xml"))
    assert result.code == 3
    assert "document type (DOCTYPE, line 1)" in result.out
    assert console.json("history", "list")[-1]["kind"] == "import"


def test_voiding_the_import_takes_the_evidence_back(console, files):
    entry = console.json("import", str(files / "users.ldf"))["entry"]
    console.json("import", "void", str(entry), "--reason", "the wrong domain")
    assert console("history", "verify").code == 0
    assert console.json("import", str(files / "users.ldf"))["imported"][0]["new"] == 2
