"""Rule 4.8: what was recorded by mistake is voided, with a reason; the history keeps both."""

from __future__ import annotations

from stories.conftest import CODE, OFFICE, OTHER_CODE, issued, pack


def mark(office, name="DC01/3/1", to="PC9"):
    return office.json("transfer", "mark", name, "--to", to, "--on", "2026-03-01")


def collect(office, *names):
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", *names)


def record(office, code=CODE, quantity="2"):
    return office.json("reissue", "record", "1", "--code", code, "--quantity", quantity, "--on", "2026-03-01")


def refused(office, *command):
    return office.refused(*command, "--reason", "a mistake")


def void(office, *command):
    return office.json(*command, "--reason", "a mistake")["entry"]


# a transfer


def test_a_transfer_marked_by_mistake_is_voided_and_the_license_may_be_transferred_after_all(office):
    before = office.license("DC01/3/1")
    mark(office, to="PC8")
    by = void(office, "transfer", "void", "1")
    assert office.license("DC01/3/1") == before
    mark(office, to="PC9")
    first, second = office.json("transfer", "list")
    assert (first["to"], first["voided_by"]) == ("PC8", by)
    assert (second["to"], second["voided_by"], second["previous"]) == ("PC9", None, None)


def test_the_history_keeps_what_was_voided_and_says_by_which_entry_and_why(office):
    marked = mark(office)["entry"]
    by = void(office, "transfer", "void", "1")
    entries = {entry["entry"]: entry for entry in office.json("history", "list")}
    assert entries[marked]["voided_by"] == by
    assert (entries[by]["kind"], entries[by]["reason"]) == ("void", "a mistake")
    assert office("history", "verify").code == 0


def test_a_transfer_is_voided_once(office):
    mark(office)
    void(office, "transfer", "void", "1")
    assert "already voided" in refused(office, "transfer", "void", "1")


def test_a_transferred_license_that_is_collected_must_be_dropped_before_its_transfer_is_voided(office):
    mark(office)
    collect(office, "DC01/3/1")
    assert "Licenses collected for reissue" in refused(office, "transfer", "void", "1")
    office.json("reissue", "drop", "1", "DC01/3/1")
    void(office, "transfer", "void", "1")


# a reissue


def test_a_voided_reissue_opens_its_request_again_and_its_code_may_be_entered_again(office):
    collect(office, "DC01/3/1", "DC01/3/2")
    record(office)
    assert office.license("DC01/3/1")["Record"]["state"] == "retired"
    void(office, "reissue", "void", "1")
    request = office.json("reissue", "show", "1")
    assert (request["state"], len(request["licenses"])) == ("open", 2)
    assert office.license("DC01/3/1")["Record"]["state"] == "collected"
    assert [one["Origin"] for one in office.json("key-packs", "list")] == ["original"]
    assert record(office)["keypack"]["Origin"] == "reissue"


def test_a_reissue_whose_pack_the_server_lists_is_voided_after_the_import_that_said_so(office):
    collect(office, "DC01/3/1")
    reissue = (
        "reissue",
        "record",
        "1",
        "--code",
        CODE,
        "--quantity",
        "5",
        "--on",
        "2026-03-01",
        "--keypack-id",
        "7",
    )
    office.json(*reissue)
    office.imports(packs=[pack(7, total=5)])
    listed = office.json("history", "list")[-1]["entry"]
    assert f"{listed} (Imported" in refused(office, "reissue", "void", "1")
    void(office, "import", "void", str(listed))
    void(office, "reissue", "void", "1")


def test_a_reissue_that_was_linked_to_its_pack_by_a_list_is_voided_after_it_was_unlinked(office):
    collect(office, "DC01/3/1", "DC01/3/2")
    record(office, quantity="2")
    office.imports(packs=[pack(7, total=2)])
    assert office.json("reissue", "show", "1")["keypack"]["KeyPackId"] == 7
    listed = office.json("history", "list")[-1]["entry"]
    assert f"{listed} (Imported" in refused(office, "reissue", "void", "1")
    office.json("reissue", "link", "1", "none", "--reason", "another pack")
    void(office, "reissue", "void", "1")
    assert office.json("reissue", "show", "1")["state"] == "open"
    packs = {one["KeyPackId"]: one["Origin"] for one in office.json("key-packs", "list")}
    assert packs == {3: "original", 7: "original"}
    assert record(office, quantity="2")["keypack"]["Origin"] == "reissue"
    assert office("history", "verify").code == 0


def test_or_after_the_list_was_voided_that_linked_it(office):
    collect(office, "DC01/3/1", "DC01/3/2")
    record(office, quantity="2")
    before = office.json("reissue", "show", "1"), office.json("key-packs", "list")
    office.imports(packs=[pack(7, total=2)])
    void(office, "import", "void", str(office.json("history", "list")[-1]["entry"]))
    assert (office.json("reissue", "show", "1"), office.json("key-packs", "list")) == before
    void(office, "reissue", "void", "1")
    assert office("history", "verify").code == 0


def test_a_transfer_whose_license_was_received_is_voided_after_it_was_unlinked(office):
    mark(office)
    received = issued(3, 4, "PC9", IssueDate="2026-03-02T10:00:00Z", sHardwareId="0x99")
    office.imports(licenses=[*OFFICE, received])
    assert office.json("transfer", "list")[0]["linked"] == "DC01/3/4"
    assert "Imported" in refused(office, "transfer", "void", "1")
    office.json("transfer", "link", "1", "none", "--reason", "another machine")
    void(office, "transfer", "void", "1")
    assert office.license("DC01/3/1")["Holder"] == "PC1"
    assert office.license("DC01/3/4")["Record"] is None
    assert office("history", "verify").code == 0


# an import


def test_an_import_of_the_wrong_file_is_voided_as_a_whole_and_the_right_one_taken(office):
    office.imports(packs=[pack(8, total=99)], licenses=[issued(8, n, f"LAB{n}") for n in (1, 2)])
    wrong = office.json("history", "list")[-1]["entry"]
    void(office, "import", "void", str(wrong))
    assert [one["KeyPackId"] for one in office.json("key-packs", "list")] == [3]
    assert len(office.json("licenses", "list", "--ended")) == 3
    (taken,) = office.imports(packs=[pack(8, total=25)])
    assert (taken["new"], taken["changed"]) == (1, 0)


def test_a_server_that_an_import_made_up_stays_as_a_name(office):
    office.imports(packs=[pack(1)], server="WRONG")
    void(office, "import", "void", str(office.json("history", "list")[-1]["entry"]))
    names = {server["Name"]: server["KeyPacks"] for server in office.json("servers", "list")}
    assert names == {"DC01": 1, "WRONG": 0}


def test_an_import_is_not_voided_under_the_feet_of_what_was_recorded_on_it(office):
    mark(office)
    collect(office, "DC01/3/2")
    refusal = refused(office, "import", "void", "1")
    assert "One-time transfer marked" in refusal
    assert "Licenses collected for reissue" in refusal
    assert len(office.json("licenses", "list")) == 3


def test_newer_counts_and_renewals_do_not_stand_in_the_way(office):
    office.today("2026-03-10")
    renewed = [
        issued(3, n, f"PC{n}", sHardwareId=f"0x{n:040X}", ExpirationDate="2026-05-20T10:00:00Z")
        for n in (1, 2, 3)
    ]
    office.imports(packs=[pack(3, issued=2)], licenses=renewed)
    void(office, "import", "void", "1")
    assert office.json("licenses", "list") == []


# by hand


def test_a_pack_typed_in_by_mistake_is_voided_and_its_code_may_be_entered_again(office):
    add = (
        "key-packs",
        "add",
        "--server",
        "DC01",
        "--product-version",
        "2019",
        "--type",
        "device",
        "--total",
        "5",
    )
    made = office.json(*add, "--keypack-id", "9", "--code", OTHER_CODE)["keypack"]["Pack"]
    void(office, "key-packs", "void", made)
    assert len(office.json("key-packs", "list")) == 1
    office.json(*add, "--keypack-id", "9", "--code", OTHER_CODE)


def test_a_license_typed_in_by_mistake_is_voided(office):
    added = office.json("licenses", "add", "--server", "DC01", "--key-pack", "3", "--computer", "PC77")[
        "license"
    ]
    void(office, "licenses", "void", added)
    assert len(office.json("licenses", "list", "--ended")) == 3


def test_what_a_server_listed_is_not_voided_piece_by_piece(office):
    assert "came with entry 1 (Imported)" in refused(office, "key-packs", "void", "DC01/3")
    assert "came with entry 1 (Imported)" in refused(office, "licenses", "void", "DC01/3/1")


# what is not voided


def test_a_void_is_not_voided_one_acts_again(office):
    mark(office)
    by = void(office, "transfer", "void", "1")
    refused(office, "import", "void", str(by))
    assert mark(office)["transfer"] == 2


def test_a_reason_is_asked_for(office):
    mark(office)
    assert "reason is missing" in office.refused("transfer", "void", "1", "--reason", "")
