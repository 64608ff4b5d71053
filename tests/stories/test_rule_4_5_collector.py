"""Rule 4.5 with the collector script: a server's own word on its lists, and what changed from one to the next."""

from __future__ import annotations

import json

from stories.conftest import issued, pack

DEVICE = "0x" + "AB" * 20


def import_collector_file(admin, tmp_path, day, *servers):
    """What the collector wrote on a day of February, imported; what the import said besides."""
    file = tmp_path / f"{day}.json"
    documents = [{"taken_at": f"2026-02-{day:02}T08:00:00.000000Z", **server} for server in servers]
    file.write_text(json.dumps({"format": "tslic-admin collector", "version": 1, "servers": documents}))
    return admin.json("import", str(file))


def server(name, licenses, *, total=10, complete=True, errors=(), activation=0):
    return {
        "name": name,
        "activation": activation,
        "server": [{"ProductId": f"0000-{name}", "ServerRole": 1}],
        "key_packs": [pack(3, total=total)],
        "licenses": licenses,
        "complete": complete,
        "errors": list(errors),
    }


def what(admin, name, since):
    return [
        (one["kind"], one["subject"])
        for one in admin.json("compare", "--server", name, "--since", f"2026-02-{since:02}")
    ]


def test_a_month_of_collecting_is_a_month_of_differences(admin, tmp_path):
    """Monday after Monday the same script, and each file is taken whole: what is gone is gone without being told."""
    first = [issued(3, 1, "PC1"), issued(3, 2, "PC2", sHardwareId=DEVICE), issued(3, 3, "PC3")]
    import_collector_file(admin, tmp_path, 2, server("DC01", first))
    renewed = [
        first[0] | {"ExpirationDate": "2026-06-20T10:00:00Z"},
        first[1] | {"sIssuedToComputer": "PC2-NEW"},
    ]
    import_collector_file(admin, tmp_path, 9, server("DC01", renewed, total=12))
    assert what(admin, "DC01", 9) == [
        ("grown", "DC01/3"),
        ("changed", "DC01/3"),  # so many more are available
        ("renewed", "DC01/3/1"),
        ("renamed", "DC01/3/2"),
        ("vanished", "DC01/3/3"),
    ]
    import_collector_file(admin, tmp_path, 16, server("DC01", [*renewed, first[2]], total=12, activation=1))
    assert what(admin, "DC01", 16) == [("changed", "DC01"), ("back", "DC01/3/3")]


def test_a_server_that_could_not_be_read_loses_nothing(admin, tmp_path):
    licenses = [issued(3, 1, "PC1"), issued(3, 2, "PC2")]
    import_collector_file(admin, tmp_path, 2, server("DC01", licenses), server("DC02", licenses))
    cut = server("DC02", licenses[:1], complete=False, errors=["The RPC server is unavailable."])
    result = import_collector_file(admin, tmp_path, 9, server("DC01", licenses[:1]), cut)
    assert result["notices"] == [
        "DC02 was not read whole (The RPC server is unavailable), so nothing that 9.json lacks of it is taken to be gone."
    ]
    assert what(admin, "DC01", 9) == [("vanished", "DC01/3/2")]
    assert what(admin, "DC02", 9) == []


def test_what_was_recorded_stands_beside_what_the_servers_say(admin, tmp_path):
    """A transfer is an act, not a difference; that its license is gone later is one."""
    licenses = [issued(3, 1, "PC1"), issued(3, 2, "PC2")]
    import_collector_file(admin, tmp_path, 2, server("DC01", licenses))
    admin.json("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-02-10")
    import_collector_file(admin, tmp_path, 16, server("DC01", licenses[1:]))
    assert what(admin, "DC01", 3) == [("vanished", "DC01/3/1")]
    assert admin.json("transfer", "list")[0]["to"] == "PC9"


def test_an_import_that_was_voided_is_told_with_what_voiding_it_took_back(admin, tmp_path):
    licenses = [issued(3, 1, "PC1"), issued(3, 2, "PC2")]
    import_collector_file(admin, tmp_path, 2, server("DC01", licenses))
    entry = import_collector_file(admin, tmp_path, 9, server("DC01", licenses[:1]))["entry"]
    admin.json("import", "void", str(entry), "--reason", "the file was of another server")
    assert what(admin, "DC01", 9) == [("vanished", "DC01/3/2"), ("back", "DC01/3/2")]
