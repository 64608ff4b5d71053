"""What is due: what a scheduled job of every morning tells an administrator, and when it keeps quiet."""

from __future__ import annotations

from stories.conftest import CODE, issued, pack

NOTHING, ATTENTION = 0, 1


def due(office, *more):
    """Exit code, and what is due as day and sentence."""
    result = office("--json", "due", *more)
    return result.code, [(row["date"], row["text"]) for row in result.json]


def with_a_temporary_license(office, computer, until):
    """The server lists a temporary license of a new computer."""
    office.imports(
        packs=[pack(3, issued=3), pack(9, 4294967295, KeyPackType=4)],
        licenses=[
            *(issued(3, n, f"PC{n}", sHardwareId=f"0x{n:040X}") for n in (1, 2, 3)),
            issued(9, 1, computer, LicenseStatus=1, ExpirationDate=f"{until}T10:00:00Z"),
        ],
    )


def test_an_office_in_order_is_quiet(office):
    """Permanent licenses run out in eighteen days and are renewed by themselves: that is no news."""
    assert due(office, "--within", "365") == (NOTHING, [])


def test_the_whole_way_of_a_broken_computer(office):
    """PC1 breaks; NEW works under its temporary license until the reissued one is on the server."""
    with_a_temporary_license(office, "NEW", "2026-03-12")
    office.json("reissue", "open", "--server", "DC01", "--reason", "PC1 burned down")
    office.json("reissue", "add", "1", "DC01/3/1=NEW")
    assert due(office) == (
        ATTENTION,
        [
            ("2026-03-12", "Call before 2026-03-12: reissue 1, 1 license collected on DC01"),
            ("2026-03-12", "NEW waits for reissue 1; its temporary license ends on 2026-03-12"),
        ],
    )
    assert due(office, "--within", "9") == (NOTHING, [])

    office.json("reissue", "record", "1", "--code", CODE, "--quantity", "1", "--on", "2026-03-02")
    assert due(office) == (
        ATTENTION,
        [
            ("2026-03-02", "Reissue 1, recorded on 2026-03-02, 1 license: not yet installed on DC01"),
            ("2026-03-02", "To be removed from PC1: DC01/3/1, retired by reissue 1 on 2026-03-02"),
            ("2026-03-12", "NEW waits for reissue 1; its temporary license ends on 2026-03-12"),
        ],
    )

    office.json("reissue", "installed", "1", "--on", "2026-03-02")
    assert [text for _, text in due(office)[1]] == [
        "To be removed from PC1: DC01/3/1, retired by reissue 1 on 2026-03-02"
    ]


def test_a_request_without_anybody_waiting_is_due_since_it_was_opened(office):
    office.json("reissue", "open", "--server", "DC01")
    assert due(office, "--on", "2026-06-01") == (
        ATTENTION,
        [("2026-03-02", "Reissue 1 is open since 2026-03-02, no licenses collected on DC01")],
    )
    office.json("reissue", "withdraw", "1", "--reason", "found in the cellar")
    assert due(office) == (NOTHING, [])


def test_a_transfer_awaits_its_removal_until_it_is_done(office):
    office.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-02-20")
    assert due(office) == (
        ATTENTION,
        [("2026-02-20", "To be removed from PC2: DC01/3/2, transferred to PC9 on 2026-02-20")],
    )
    office.json("transfer", "void", "1", "--reason", "it was PC3")
    assert due(office) == (NOTHING, [])


def test_a_subscription_ends_and_a_permanent_pack_never_does(admin):
    admin.imports(
        packs=[
            pack(3),
            pack(4, ExpirationDate="2026-03-10T10:00:00Z"),
            pack(5, ExpirationDate="2036-01-01T00:00:00Z"),
        ]
    )
    assert due(admin) == (ATTENTION, [("2026-03-10", "Key pack DC01/4 expires on 2026-03-10")])
    assert due(admin, "--on", "2026-03-11")[1] == [("2026-03-10", "Key pack DC01/4 expired on 2026-03-10")]


def test_the_earliest_comes_first_whatever_it_is(office):
    with_a_temporary_license(office, "NEW", "2026-03-12")
    office.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-02-20")
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/1=NEW")
    days = [day for day, _ in due(office)[1]]
    assert days == sorted(days) == ["2026-02-20", "2026-03-12", "2026-03-12"]


def test_it_goes_into_a_file_for_others(office, tmp_path):
    office.json("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-02-20")
    file = tmp_path / "due.csv"
    office.json("export", "due", "--to", str(file))
    assert file.read_text(encoding="utf-8").splitlines()[1].startswith("removal,2026-02-20,DC01/3/2,")
