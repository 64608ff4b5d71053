"""The commands about key packs."""

from __future__ import annotations

CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"
BY_HAND = (
    *("key-packs", "add", "--server", "DC01", "--product-version", "2019", "--type", "device"),
    *("--total", "25", "--program", "open", "--number", "12345678"),
    *("--authorization-number", "0123456789ABCDE", "--code", CODE),
)


def test_a_pack_by_hand_is_named_by_its_number_until_its_keypack_id_is_known(stocked):
    pack = stocked.json(*BY_HAND)["keypack"]
    assert (pack["KeyPackId"], pack["Pack"]) == (None, "DC01/#3")
    changed = stocked.json("key-packs", "set", "DC01/#3", "--keypack-id", "7", "--reason", "seen")["keypack"]
    assert (changed["KeyPackId"], changed["Pack"]) == (7, "DC01/7")


def test_a_pack_has_twelve_properties_and_ours_with_secrets_masked(stocked):
    pack = stocked.json(*BY_HAND)["keypack"]
    assert list(pack)[:13] == [
        *("KeyPackId", "Description", "KeyPackType", "ProductType", "ProductVersion", "ProductVersionID"),
        *("TotalLicenses", "IssuedLicenses", "AvailableLicenses", "ExpirationDate", "AccessRights"),
        *("TypeAndModel", "Server"),
    ]
    assert (pack["Origin"], pack["Request"], pack["TransferPolicy"]) == ("original", None, "one-time")
    assert (pack["Program"], pack["Closed"], pack["KeyPackType"]) == ("open", None, 5)
    assert pack["LicenseKeyPackId"] == "…GGGGG"
    assert pack["Number"] == "…45678"
    assert pack["AuthorizationNumber"] == "…ABCDE"


def test_the_act_answers_with_the_pack_as_the_list_has_it(stocked):
    act = stocked.json(*BY_HAND)
    assert act["keypack"] in stocked.json("key-packs", "list", "--server", "dc01")


def test_several_secrets_are_read_line_by_line(stocked):
    act = stocked.json(
        *BY_HAND[:10],
        *("--program", "open", "--code", "-", "--number", "-", "--authorization-number", "-"),
        stdin=f"{CODE}\n1234 5678\n0123456789ABCDE\n",
    )
    assert act["keypack"]["AuthorizationNumber"] == "…ABCDE"


def test_unlimited_is_the_number_that_it_is_on_a_server(stocked):
    argv = ["-1" if text == "25" else text for text in BY_HAND]
    assert stocked.json(*argv)["keypack"]["TotalLicenses"] == 4294967295


def test_what_a_server_says_is_not_changed_by_hand(stocked):
    assert "what its server says" in stocked.refused(
        "key-packs", "set", "DC01/3", "--total", "5", "--reason", "x"
    )


def test_a_change_of_policy_is_recorded_with_its_reason(stocked):
    act = stocked.json("key-packs", "set", "DC01/3", "--policy", "after-90-days", "--reason", "volume terms")
    assert act["keypack"]["TransferPolicy"] == "after-90-days"


def test_a_pack_too_new_for_its_server_is_said(stocked):
    stocked.json("servers", "set", "DC01", "--windows-version", "2008", "--reason", "x")
    result = stocked(*BY_HAND)
    assert result.code == 0
    assert "cannot hold them" in result.out
    assert stocked("key-packs", "list", "--server", "nowhere").code == 3


def test_the_list_is_a_table_in_words(stocked):
    out = stocked("key-packs", "list").out
    assert "Windows Server 2019 - RDS Per Device CAL" in out
    assert "Unlimited" in out


def test_closed_packs_are_listed_with_the_day(stocked, store):
    from tslic_admin.db.history.recording import seal
    from tslic_admin.db.schema.tables import KeyPackRow

    with store.writing() as session:
        pack = session.get_one(KeyPackRow, 1)
        pack.closed_on, pack.closed_why = "2026-02-01", "rebuilt"
        seal(session, "server.rebuilt")
    closed = {row["Pack"]: row["Closed"] for row in stocked.json("key-packs", "list")}
    assert closed == {"DC01/3": "2026-02-01", "DC01/4": None}
