"""Rule 4.6: a license is moved to another computer once, for good (KB 315262)."""

from __future__ import annotations

from stories.conftest import CODE, issued, pack


def mark(office, name="DC01/3/1", to="PC9", on="2026-03-01", *more):
    return office.json("transfer", "mark", name, "--to", to, "--on", on, *more)


def test_afterwards_the_new_computer_holds_it_and_the_server_still_lists_the_old_one(office):
    mark(office)
    moved = office.license("DC01/3/1")
    assert moved["sIssuedToComputer"] == "PC1"
    assert moved["Holder"] == "PC9"
    assert moved["Record"] == {"state": "transferred", "transfer": 1, "to": "PC9", "removal": "awaiting"}


def test_the_transfer_says_from_whom_to_whom_when_and_under_which_terms(office):
    mark(office)
    (transfer,) = office.json("transfer", "list")
    assert (transfer["license"], transfer["from"], transfer["to"]) == ("DC01/3/1", "PC1", "PC9")
    assert (transfer["on"], transfer["policy"], transfer["previous"]) == ("2026-03-01", "one-time", None)


def test_the_old_computer_s_license_awaits_its_removal(office):
    mark(office)
    (transfer,) = office.json("transfer", "list")
    assert transfer["removal"] == "awaiting"


def test_a_second_transfer_is_refused_and_the_way_out_named(office):
    mark(office)
    refusal = office.refused("transfer", "mark", "DC01/3/1", "--to", "PC10", "--on", "2026-03-02")
    assert "DC01/3/1" in refusal
    assert "reissue" in refusal
    assert len(office.json("transfer", "list")) == 1


def test_it_is_refused_however_one_insists(office):
    mark(office)
    office.refused(
        *(
            "transfer",
            "mark",
            "DC01/3/1",
            "--to",
            "PC10",
            "--on",
            "2026-03-02",
            "--anyway",
            "--reason",
            "please",
        )
    )


def test_a_new_list_of_the_server_does_not_undo_it(office):
    mark(office)
    office.today("2026-03-05")
    office.imports(
        licenses=[issued(3, 1, "PC1", sHardwareId=f"0x{1:040X}", ExpirationDate="2026-05-01T00:00:00Z")]
    )
    assert office.license("DC01/3/1")["Holder"] == "PC9"
    office.refused("transfer", "mark", "DC01/3/1", "--to", "PC10", "--on", "2026-03-05")


def test_it_cannot_be_of_tomorrow_nor_before_the_license_was_issued(office):
    assert "2026-03-03" in office.refused("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-03")
    assert "2026-01-05" in office.refused("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-01-04")


def test_a_computer_does_not_transfer_to_itself_whatever_its_case_or_domain(office):
    for same in ("PC1", "pc1", "PC1.corp.example"):
        office.refused("transfer", "mark", "DC01/3/1", "--to", same, "--on", "2026-03-01")


def test_under_volume_terms_it_may_move_again_after_ninety_days(office):
    office.json("key-packs", "set", "DC01/3", "--policy", "after-90-days", "--reason", "volume terms")
    office.imports(licenses=[issued(3, 1, "PC1", ExpirationDate="2026-12-01T00:00:00Z")])
    office.today("2026-04-05")  # 90 days after the issue
    mark(office, on="2026-04-05")
    office.today("2026-07-04")
    assert "2026-07-04" in office.refused(
        "transfer", "mark", "DC01/3/1", "--to", "PC10", "--on", "2026-07-03"
    )
    mark(office, to="PC10", on="2026-07-04")
    first, second = office.json("transfer", "list")
    assert (second["from"], second["to"], second["previous"]) == ("PC9", "PC10", first["transfer"])


def test_a_transfer_keeps_the_terms_it_was_made_under(office):
    mark(office)
    office.json(
        "key-packs", "set", "DC01/3", "--policy", "not-transferable", "--reason", "terms were read again"
    )
    assert office.json("transfer", "list")[0]["policy"] == "one-time"
    office.refused("transfer", "mark", "DC01/3/2", "--to", "PC9", "--on", "2026-03-01")


def test_a_license_out_of_a_reissued_pack_has_a_transfer_of_its_own(office):
    mark(office)
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/1=PC9")
    office.imports(packs=[pack(5, total=1, issued=1)], licenses=[issued(5, 1, "PC9")])
    office.json(
        *(
            "reissue",
            "record",
            "1",
            "--code",
            CODE,
            "--quantity",
            "1",
            "--on",
            "2026-03-02",
            "--keypack-id",
            "5",
        )
    )
    mark(office, name="DC01/5/1", to="PC11", on="2026-03-02")
    assert office.license("DC01/5/1")["Holder"] == "PC11"
    assert office.license("DC01/3/1")["Holder"] is None
