"""`compare`: what changed between the snapshots of a server, with when it was taken and what it is called."""

from __future__ import annotations

import json

import pytest

HEAD = (
    "LicenseId,KeyPackId,sIssuedToUser,sIssuedToComputer,LicenseStatus,IssueDate,ExpirationDate,sHardwareId\n"
)


def packs(total=10):
    return f"KeyPackId,KeyPackType,ProductType,TotalLicenses,Description\n3,2,0,{total},A02\n"


def row(number, computer, expires="2026-03-20", status=2, hardware=""):
    return f"{number},3,,{computer},{status},2026-01-05T10:00:00Z,{expires}T10:00:00Z,{hardware}\n"


@pytest.fixture
def snapshots(console, tmp_path):
    """DC01's lists of 1 February, and what they were on the 10th and the 20th."""

    def take(day, total, *rows, more=("--complete",), server="DC01"):
        files = []
        for name, text in (("packs.csv", packs(total)), ("licenses.csv", HEAD + "".join(rows))):
            files.append(tmp_path / name)
            files[-1].write_text(text)
        return console.json(
            "import", *map(str, files), "--server", server, "--taken-at", f"{day}T08:00:00Z", *more
        )

    device = "AB" * 18
    take("2026-02-01", 10, row(1, "PC1"), row(2, "PC2", hardware=device), row(4, "PC4"))
    take(
        "2026-02-10",
        15,
        row(1, "PC1", "2026-04-20"),
        row(2, "PC2-NEW", hardware=device),
        row(3, "PC3"),
        row(4, "PC4", status=4),
    )
    take("2026-02-20", 12, row(1, "PC9", hardware="CD" * 18), row(3, "PC3"), row(4, "PC4", status=4))
    console.take = take
    return console


def differences(console, *more, server="DC01"):
    items = console.json("compare", "--server", server, *more)
    return [(one["kind"], one["subject"], one["before"], one["after"]) for one in items]


def test_each_difference_is_one_item_with_its_name(snapshots):
    changed = differences(snapshots, "--since", "2026-02-10")
    assert changed == [
        ("grown", "DC01/3", "10", "15"),
        ("renewed", "DC01/3/1", "2026-03-20T10:00:00Z", "2026-04-20T10:00:00Z"),
        ("renamed", "DC01/3/2", "PC2", "PC2-NEW"),
        ("new", "DC01/3/3", None, changed[3][3]),
        ("status", "DC01/3/4", "2", "4"),
        ("shrunk", "DC01/3", "15", "12"),
        ("replaced", "DC01/3/1", None, "replaced"),
        ("new", "DC01/3/1", None, changed[7][3]),
        ("vanished", "DC01/3/2", None, "vanished"),
    ]
    assert json.loads(changed[3][3])["sIssuedToComputer"] == "PC3"


def test_an_item_says_when_it_was_taken_by_which_entry_and_in_words(snapshots):
    renewed = snapshots.json("compare", "--server", "dc01", "--since", "2026-02-10")[1]
    assert renewed == {
        "kind": "renewed",
        "entry": 2,
        "taken_at": "2026-02-10T08:00:00Z",
        "subject": "DC01/3/1",
        "field": "ExpirationDate",
        "before": "2026-03-20T10:00:00Z",
        "after": "2026-04-20T10:00:00Z",
        "text": "Issued license DC01/3/1: Renewed. Expires On: 2026-03-20 → 2026-04-20",
    }


def test_the_days_are_those_on_which_the_snapshots_were_taken(snapshots):
    assert {one["taken_at"][:10] for one in snapshots.json("compare", "--server", "DC01", "--until", "2026-02-10")} == {
        "2026-02-01", "2026-02-10"}  # fmt: skip
    day = ("--since", "2026-02-20", "--until", "2026-02-20")
    assert {one["entry"] for one in snapshots.json("compare", "--server", "DC01", *day)} == {3}
    assert differences(snapshots, "--since", "2026-02-21") == []


def test_what_a_person_did_is_no_difference_of_snapshots(snapshots):
    before = differences(snapshots)
    snapshots.json("transfer", "mark", "DC01/3/3", "--to", "PC7", "--on", "2026-03-01")
    snapshots.json("servers", "set", "DC01", "--notes", "x", "--reason", "y")
    assert differences(snapshots) == before


def test_what_comes_back_is_said_and_so_is_what_an_import_was_voided_of(snapshots):
    device = "AB" * 18
    snapshots.take(
        "2026-02-25",
        12,
        row(1, "PC9", hardware="CD" * 18),
        row(2, "PC2-NEW", hardware=device),
        row(3, "PC3"),
        row(4, "PC4", status=4),
    )
    assert differences(snapshots, "--since", "2026-02-25") == [("back", "DC01/3/2", "vanished", None)]
    snapshots.json("import", "void", "4", "--reason", "wrong file")
    last = snapshots.json("compare", "--server", "DC01", "--since", "2026-02-25")
    assert [(one["kind"], one["entry"], one["subject"], one["taken_at"]) for one in last] == [
        ("back", 4, "DC01/3/2", "2026-02-25T08:00:00Z"),
        ("vanished", 5, "DC01/3/2", "2026-02-25T08:00:00Z"),
    ]


def test_what_a_voided_import_brought_is_taken_back(snapshots):
    snapshots.json("import", "void", "3", "--reason", "wrong file")
    back = differences(snapshots, "--since", "2026-02-20")[4:]
    assert ("voided", "DC01/3/1", None, "4") in back
    assert ("grown", "DC01/3", "12", "15") in back
    assert ("back", "DC01/3/2", "vanished", None) in back
    assert not [one for one in back if one[3] == "voided"], "how it ended follows from that"


def test_one_import_of_two_servers_is_told_apart(console, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text(
        "KeyPackId,KeyPackType,ProductType,TotalLicenses,PSComputerName\n3,2,0,5,DC01\n3,2,0,6,DC02\n"
    )
    console.json("import", str(file))
    assert [one[:2] for one in differences(console)] == [("new", "DC01"), ("new", "DC01/3")]
    assert [one[:2] for one in differences(console, server="DC02")] == [("new", "DC02"), ("new", "DC02/3")]


def test_a_license_by_hand_that_is_listed_is_first_seen(snapshots):
    snapshots.json(
        "licenses",
        "add",
        "--server",
        "DC01",
        "--key-pack",
        "3",
        "--computer",
        "OLD",
        "--issued-on",
        "2026-01-05",
        "--status",
        "active",
    )
    old = "9,3,,OLD,2,2026-01-05T10:00:00Z,,\n"
    snapshots.take(
        "2026-02-28", 12, row(1, "PC9", hardware="CD" * 18), row(3, "PC3"), row(4, "PC4", status=4), old
    )
    assert ("first-seen", "DC01/3/9", None, "9") in differences(snapshots, "--since", "2026-02-28")


def test_the_table_is_in_words(snapshots):
    out = snapshots("compare", "--server", "DC01", "--since", "2026-02-20").out.splitlines()
    assert out[0].split()[:3] == ["Entry", "Taken", "What"]
    assert any("No longer on the server" in line and "PC2-NEW" in line for line in out)


def test_nothing_that_changed_is_said(snapshots):
    assert snapshots("compare", "--server", "DC01", "--since", "2026-03-01").out == (
        "Nothing changed between the lists that were imported.\n"
    )


def test_a_period_that_ends_before_it_begins_and_a_day_that_is_none_are_refused(snapshots):
    words = ("compare", "--server", "DC01")
    assert "before it begins" in snapshots.refused(*words, "--since", "2026-02-02", "--until", "2026-02-01")
    assert snapshots.refused(*words, "--since", "2026-2-1")
    assert snapshots.refused("compare", "--server", "nowhere")
    assert snapshots("compare").code == 2
