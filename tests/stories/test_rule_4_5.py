"""Rule 4.5: what lies under a server's keys is compared, list by list, and nothing that was recorded is lost."""

from __future__ import annotations

from stories.conftest import CODE, OFFICE, PACK_COLUMNS, issued, pack

DEVICE = "0x" + "AB" * 20


def everything(admin, server="DC01"):
    return admin.json("licenses", "list", "--server", server, "--ended")


def under(admin, license_id, keypack_id=3):
    """What ever lay under a key, as (computer, ended)."""
    return [
        (row["sIssuedToComputer"], row["Ended"])
        for row in everything(admin)
        if (row["KeyPackId"], row["LicenseId"]) == (keypack_id, license_id)
    ]


def changes_of_last_entry(admin):
    """The lines of the last entry: subject, field, before, after."""
    (*_, last) = admin.json("history", "list")
    return [
        (one["subject"].rpartition(" ")[2], one["field"], one["before"], one["after"])
        for one in last["events"]
    ]


def with_office(*changed):
    """The three licenses of the office, some of them other than they were."""
    new = {row["LicenseId"]: row for row in changed}
    return [new.pop(row["LicenseId"], row) for row in OFFICE] + list(new.values())


def test_the_same_hardware_id_under_a_new_name_is_a_computer_that_was_renamed(office):
    office.imports(licenses=with_office(OFFICE[0] | {"sIssuedToComputer": "PC1-NEW"}))
    assert under(office, 1) == [("PC1-NEW", None)]
    assert ("DC01/3/1", "sIssuedToComputer", "PC1", "PC1-NEW") in changes_of_last_entry(office)


def test_a_later_expiry_is_a_renewal(office):
    office.imports(licenses=with_office(OFFICE[0] | {"ExpirationDate": "2026-05-20T10:00:00Z"}))
    assert (
        "DC01/3/1",
        "ExpirationDate",
        "2026-03-20T10:00:00Z",
        "2026-05-20T10:00:00Z",
    ) in changes_of_last_entry(office)


def test_anything_else_under_a_key_ends_the_old_license_which_keeps_its_records(office):
    office.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-01")
    office.imports(licenses=with_office(issued(3, 1, "PC7", sHardwareId=DEVICE)))
    assert sorted(under(office, 1)) == [("PC1", "2026-03-02"), ("PC7", None)]
    assert office.license("DC01/3/1")["Record"] is None
    assert office.json("transfer", "list")[0]["license"] == "DC01/3/1@2026-01-05"


def test_a_temporary_license_that_is_gone_was_upgraded_where_its_device_has_an_active_one(office):
    pool = pack(9, total=4294967295, KeyPackType=4)
    temporary = issued(9, 1, "PC5", LicenseStatus=1, sHardwareId=DEVICE)
    other = issued(9, 2, "PC6", LicenseStatus=1)
    office.imports(packs=[pool], licenses=[*OFFICE, temporary, other])
    (_, result) = office.imports(
        packs=[pool], licenses=[*OFFICE, other, issued(3, 5, "PC5", sHardwareId=DEVICE)]
    )
    assert (result["new"], result["changed"], result["vanished"]) == (1, 1, 0)
    assert ("DC01/9/1", "EndedWhy", None, "upgraded") in changes_of_last_entry(office)
    assert under(office, 1, 9) == [("PC5", "2026-03-02")]


def test_it_was_upgraded_also_where_the_active_license_is_seen_only_later(office):
    pool = pack(9, total=4294967295, KeyPackType=4)
    temporary, other = (issued(9, n, f"NEW{n}", LicenseStatus=1) for n in (1, 2))
    office.imports(packs=[pool], licenses=[temporary, other])
    (gone,) = office.imports(licenses=[other])
    assert gone["vanished"] == 1
    office.imports(licenses=[*OFFICE, issued(3, 5, "new1.corp.example")])
    assert ("DC01/9/1", "EndedWhy", "vanished", "upgraded") in changes_of_last_entry(office)


def test_two_active_licenses_of_a_name_say_nothing_of_the_temporary_one(office):
    pool = pack(9, total=4294967295, KeyPackType=4)
    temporary, other = (issued(9, n, f"NEW{n}", LicenseStatus=1) for n in (1, 2))
    office.imports(packs=[pool], licenses=[temporary, other])
    office.imports(licenses=[*OFFICE, other, issued(3, 5, "NEW1"), issued(3, 6, "NEW1")])
    assert ("DC01/9/1", "EndedWhy", None, "vanished") in changes_of_last_entry(office)


def test_what_a_list_of_its_pack_lacks_has_vanished_and_stays_listed_as_ended(office):
    (result,) = office.imports(licenses=OFFICE[1:])
    assert result["vanished"] == 1
    assert under(office, 1) == [("PC1", "2026-03-02")]
    assert len(office.json("licenses", "list")) == 2


def test_what_vanished_comes_back_with_its_records_when_it_is_seen_again(office):
    office.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-01")
    office.imports(licenses=OFFICE[1:])
    office.today("2026-03-05")
    office.imports(licenses=OFFICE)
    assert under(office, 1) == [("PC1", None)]
    assert office.license("DC01/3/1")["Record"]["state"] == "transferred"
    assert office("history", "verify").code == 0


def test_a_pack_that_no_row_names_is_not_judged_unless_the_list_is_complete(office):
    office.imports(packs=[pack(4)], licenses=[issued(4, 1, "PC8")])
    assert under(office, 1) == [("PC1", None)]
    (result,) = office.imports("--complete", licenses=[issued(4, 1, "PC8")])
    assert result["vanished"] == 3
    assert under(office, 1) == [("PC1", "2026-03-02")]


def test_a_complete_list_of_key_packs_closes_what_it_lacks_and_it_may_come_back(office):
    office.imports("--complete", packs=[pack(4)])
    packs = {row["KeyPackId"]: row["Closed"] for row in office.json("key-packs", "list")}
    assert packs == {3: "2026-03-02", 4: None}
    assert under(office, 1) == [("PC1", "2026-03-02")]
    office.imports(packs=[pack(3, issued=3)], licenses=OFFICE)
    assert {row["KeyPackId"]: row["Closed"] for row in office.json("key-packs", "list")} == {3: None, 4: None}
    assert under(office, 1) == [("PC1", None)]


def test_a_row_that_is_refused_makes_nothing_vanish(office):
    twice = [OFFICE[0], OFFICE[0]]
    office.imports("--skip-refused", licenses=[*OFFICE[1:], *twice])
    assert under(office, 1) == [("PC1", None)]
    office.imports("--skip-refused", licenses=[*OFFICE[1:], issued(3, "unreadable", "PC1")])
    assert under(office, 1) == [("PC1", None)]


def test_packs_grow_and_shrink_without_being_other_packs(office):
    office.imports(packs=[pack(3, total=12, issued=3)])
    assert ("DC01/3", "TotalLicenses", "10", "12") in changes_of_last_entry(office)


def test_a_known_keypack_id_of_another_product_refuses_the_file_and_names_the_way_out(office):
    files = office.lists(packs=[pack(3, Description="C50-10.01-S", ProductType=1)])
    result = office("import", *files, "--server", "DC01")
    assert result.code == 3
    assert "servers rebuilt" in result.out


def test_a_server_that_was_rebuilt_counts_anew_and_its_old_licenses_stay_in_the_records(office):
    office.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-01")
    office.json("servers", "rebuilt", "DC01", "--on", "2026-03-02", "--reason", "disk broke")
    assert under(office, 1) == [("PC1", "2026-03-02")]
    office.imports(
        packs=[pack(3, Description="C50-10.01-S", ProductType=1)], licenses=[issued(3, 1, "OTHER")]
    )
    assert sorted(under(office, 1)) == [("OTHER", None), ("PC1", "2026-03-02")]
    assert office.json("transfer", "list")[0]["from"] == "PC1"
    assert office("history", "verify").code == 0


def test_what_was_first_seen_after_the_day_of_the_rebuilding_stays_and_may_vanish_and_come_back(office):
    """Told late: the lists of the new machine are here already."""
    office.today("2026-03-10")
    new = [pack(7), pack(8)]
    office.imports(packs=[pack(3, issued=3), *new])
    office.imports("--complete", packs=[pack(3, issued=3), pack(7)])
    office.json("servers", "rebuilt", "DC01", "--on", "2026-03-05", "--reason", "disk broke")
    closed = {row["KeyPackId"]: row["Closed"] for row in office.json("key-packs", "list")}
    assert closed == {3: "2026-03-05", 7: None, 8: "2026-03-10"}
    office.imports(packs=new)
    closed = {row["Pack"]: row["Closed"] for row in office.json("key-packs", "list")}
    assert closed == {"DC01/3": "2026-03-05", "DC01/7": None, "DC01/8": None}


def test_of_a_server_that_looks_rebuilt_nothing_is_taken_that_the_same_import_says_of_it(office):
    """Its files are of one machine: what it says of itself is no more our server's than its key packs are."""
    packs = office.list_of(PACK_COLUMNS, [pack(3, Description="C50-10.01-S")], "packs.csv")
    itself = office.list_of(("ProductId", "ServerRole"), [{"ProductId": "00252-X", "ServerRole": 1}], "s.csv")
    act = office.json("import", itself, packs, "--server", "DC01", "--skip-refused")
    assert act["entry"] is None
    assert [len(one["refused"]) for one in act["imported"]] == [1, 1]
    assert office.json("servers", "list")[0]["ProductId"] is None
    assert office.json("import", itself, "--server", "DC01")["entry"] == 2  # alone it says nothing against it


def test_a_reissued_set_is_yet_to_come_unless_its_licenses_were_listed(office):
    office.json("reissue", "open", "--server", "DC01")
    office.json("reissue", "add", "1", "DC01/3/1")
    record = (
        "reissue",
        "record",
        "1",
        "--code",
        CODE,
        "--on",
        "2026-03-02",
        "--keypack-id",
        "8",
        "--quantity",
    )
    office.json(*record, "1")
    rebuilt = ("servers", "rebuilt", "DC01", "--on", "2026-03-02", "--reason", "disk broke")
    office.json(*rebuilt)
    (still,) = [row for row in office.json("key-packs", "list") if row["Request"] == 1]
    assert (still["Closed"], still["KeyPackId"]) == (None, None)
    office.json("key-packs", "set", still["Pack"], "--keypack-id", "1", "--reason", "installed")
    office.imports(licenses=[issued(1, 1, "PC1")])
    office.json(*rebuilt)
    (gone,) = [row for row in office.json("key-packs", "list") if row["Request"] == 1]
    assert (gone["Closed"], gone["KeyPackId"]) == ("2026-03-02", 1)


def test_a_list_from_before_the_rebuilding_is_refused(office):
    office.today("2026-03-10")
    office.json("servers", "rebuilt", "DC01", "--on", "2026-03-10", "--reason", "disk broke")
    files = office.lists(packs=[pack(3)])
    result = office("import", *files, "--server", "DC01", "--taken-at", "2026-03-08T12:00:00Z")
    assert result.code == 3
    assert "was rebuilt on 2026-03-10" in result.out


def test_a_server_is_not_rebuilt_before_its_licenses_were_issued_nor_where_nothing_is_known(office):
    line = office.refused("servers", "rebuilt", "DC01", "--on", "2026-01-01", "--reason", "x")
    assert "2026-01-05" in line or "nothing to close" in line
    office.json("servers", "add", "DC09")
    assert "nothing to close" in office.refused(
        "servers", "rebuilt", "DC09", "--on", "2026-03-01", "--reason", "x"
    )


def test_a_pack_that_was_moved_gives_its_licenses_up_and_the_other_one_is_a_migration(office):
    office.imports(server="DC02", packs=[pack(7, issued=0)])
    move = ("key-packs", "move", "DC01/3", "--to", "DC02/7", "--on", "2026-03-02", "--reason", "new server")
    moved = office.json(*move)["keypack"]
    assert (moved["Pack"], moved["Origin"]) == ("DC02/7", "migration")
    assert under(office, 1) == [("PC1", "2026-03-02")]
    assert "already moved" in office.refused(*move)
    files = office.lists(packs=[pack(3, issued=3)], licenses=OFFICE)
    result = office("import", *files, "--server", "DC01")
    assert result.code == 3
    assert "was moved to DC02/7" in result.out


def test_a_pack_by_hand_that_another_was_moved_to_is_that_also_when_its_server_lists_it(office):
    office.json("servers", "add", "DC02")
    by_hand = ("--product-version", "2019", "--type", "device", "--total", "10")
    office.json("key-packs", "add", "--server", "DC02", *by_hand)
    move = ("key-packs", "move", "DC01/3", "--on", "2026-03-02", "--reason", "new server", "--to")
    office.json(*move, "DC02/#2")
    office.imports(server="DC02", packs=[pack(7)])
    packs = {row["Pack"]: row["Origin"] for row in office.json("key-packs", "list")}
    assert packs == {"DC01/3": "original", "DC02/7": "migration"}
    office.imports(server="DC02", packs=[pack(8)])
    assert "already moved to DC02/7" in office.refused(*move, "DC02/8")


def test_a_pack_that_had_vanished_was_moved_on_the_day_that_is_told(office):
    office.today("2026-03-10")
    office.imports("--complete", packs=[pack(4)])
    office.imports(server="DC02", packs=[pack(7)])
    move = ("key-packs", "move", "DC01/3", "--to", "DC02/7", "--on", "2026-03-05", "--reason", "new server")
    office.json(*move)
    closed = {row["Pack"]: row["Closed"] for row in office.json("key-packs", "list")}
    assert closed == {"DC01/3": "2026-03-05", "DC01/4": None, "DC02/7": None}
    assert under(office, 1) == [("PC1", "2026-03-10")]  # no list lacked it before
    result = office("import", *office.lists(packs=[pack(3)]), "--server", "DC01")
    assert "was moved to DC02/7 on 2026-03-05" in " ".join(result.out.split())


def test_a_pack_is_not_moved_to_itself_nor_to_another_kind_nor_to_one_of_another_origin(office):
    office.imports(
        server="DC02", packs=[pack(7, ProductVersionID=7), pack(8, ProductType=1), pack(9), pack(10, total=5)]
    )
    move = ("key-packs", "move", "DC01/3", "--on", "2026-03-02", "--reason", "x", "--to")
    assert "itself" in office.refused(*move, "DC01/3")
    assert "version" in office.refused(*move, "DC02/7")
    assert "type" in office.refused(*move, "DC02/8")
    result = office.json(*move, "DC02/10")
    assert "10" in " ".join(result["notices"])
    again = ("key-packs", "move", "DC02/9", "--on", "2026-03-02", "--reason", "x", "--to")
    assert "migration" in office.refused(*again, "DC02/10")
    assert "closed" in office.refused(*again, "DC01/3")
