"""client-license: what a client's file says, each file for itself."""

from __future__ import annotations

import pytest
from formats.client.chains import SERVER_CODE, chain, exported, product_info, server_info

KEYS = [
    "machine",
    "user",
    "product",
    "version",
    "flags",
    "temporary",
    "beta",
    "enforced",
    "issued",
    "expires",
    "serial",
    "issuer",
    "issuer_id",
    "scope",
    "signature_holds",
    "license",
]


def license_of(machine: str = "PC1", **more) -> bytes:
    values = {
        "product": product_info(adjusted="A02-10.01-S", version=(10, 1)),
        "of_server": server_info("DC01", None),
        "validity": (b"260105100000Z", b"260320100000Z"),
    }
    return chain(machine, server="DC01", **(values | more))


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    contents = {
        "one.cal": license_of(),
        "two.reg": exported(license_of("PC2"), license_of("PC77")),
        "empty.reg": exported(),
        "cut.p7b": license_of()[:-1],
        "part.reg": exported(license_of("PC3"), license_of()[:-1]),
        "text.txt": b"hello",
        "deletes.reg": exported().replace("[HKEY".encode("utf-16-le"), "[-HKEY".encode("utf-16-le")),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return folder


def test_the_facts_and_the_license_that_it_matches(stocked, files):
    licenses = stocked.json("client-license", str(files / "one.cal"), str(files / "two.reg"))
    assert [(one["file"], one["entry"], one["machine"], one["license"]) for one in licenses] == [
        ("one.cal", None, "PC1", "DC01/3/1"),
        ("two.reg", "LICENSE000", "PC2", "DC01/3/2"),
        ("two.reg", "LICENSE001", "PC77", None),
    ]
    assert list(licenses[0])[2:] == KEYS
    assert licenses[0]["flags"] == 0x00808000
    assert licenses[0]["issued"] == "2026-01-05T10:00:00Z"


def test_it_says_so_in_words(stocked, files):
    out = stocked(
        "client-license", str(files / "two.reg"), str(files / "empty.reg"), str(files / "deletes.reg")
    ).out
    assert "two.reg: registry export, SHA-256 " in out
    assert "Hardware ID:            02000000000102030405" in out
    assert "Machine:                PC2\n" in out
    assert "License in the records: DC01/3/2\n" in out
    assert "License in the records: none that is known\n" in out
    assert "an intact file, not a genuine one" in out
    assert "No client's license is in it." in out
    assert "It deletes 3 keys or values of the license store" in out


def test_nothing_of_a_secret_is_shown(stocked, files):
    result = stocked("client-license", *(str(path) for path in sorted(files.iterdir())))
    assert result.code == 3
    for secret in (SERVER_CODE, SERVER_CODE.replace("-", ""), "c2VjcmV0"):
        assert secret not in result.out + result.err


def test_a_bad_file_is_said_in_a_line_and_keeps_nothing_back(stocked, files):
    assert "text.txt: The file is no client's license" in stocked.refused(
        "client-license", str(files / "text.txt")
    )
    assert "cut.p7b: The license is damaged" in stocked.refused("client-license", str(files / "cut.p7b"))
    result = stocked("--json", "client-license", str(files / "cut.p7b"), str(files / "one.cal"))
    assert (result.code, [one["machine"] for one in result.json]) == (3, ["PC1"])
    result = stocked("--json", "client-license", str(files / "part.reg"))
    assert (result.code, [one["machine"] for one in result.json]) == (3, ["PC3"])
    assert result.err.startswith("part.reg, LICENSE001: The license is damaged")


def test_a_missing_file_is_trouble(stocked, files):
    result = stocked(
        "client-license", str(files / "none.reg"), str(files / "one.cal"), str(files / "text.txt")
    )
    assert result.code == 4
    assert "does not exist" in result.err
    assert "PC1" in result.out


def test_without_a_license_there_is_an_empty_list(console, files):
    result = console("--json", "client-license", str(files / "empty.reg"))
    assert (result.code, result.json) == (0, [])
    assert result.err == "empty.reg: No client's license is in it.\n"


def test_where_nothing_is_recorded_nothing_matches(console, files):
    (one,) = console.json("client-license", str(files / "one.cal"))
    assert one["license"] is None


def test_an_import_attaches_it_to_its_license(stocked, files):
    act = stocked.json("import", str(files / "one.cal"), str(files / "two.reg"))
    assert [(one["format"], one["new"], one["linked"]) for one in act["imported"]] == [
        ("client-license", 1, 1),
        ("client-license", 2, 1),
    ]
    assert stocked("history", "verify").code == 0
    again = stocked.json("import", str(files / "one.cal"))
    assert again["entry"] is None
    assert "only deletes" in stocked("import", str(files / "deletes.reg")).out


def test_a_recorded_removal_says_whether_the_file_holds_the_license(stocked, files):
    stocked.json("transfer", "mark", "DC01/3/1", "--to", "PC7", "--on", "2026-02-01")
    record = ("transfer", "removed", "1", "--on", "2026-02-02", "--by", "Ann", "--backup")
    assert "holds DC01/3/1, the license that was given up" in stocked(*record, str(files / "one.cal")).out
    (notice,) = stocked.json(*record, str(files / "two.reg"))["notices"]
    assert "holds another license than DC01/3/1: that of PC2" in notice
    stocked.json("reissue", "open", "--server", "DC01")
    stocked.json("reissue", "add", "1", "DC01/3/2")
    stocked.json("reissue", "record", "1", "--code", "A" * 35, "--quantity", "1", "--on", "2026-02-03")
    record = ("reissue", "removed", "1", "DC01/3/2", "--on", "2026-02-04", "--by", "Ann", "--backup")
    assert "holds DC01/3/2, the license that was given up" in stocked(*record, str(files / "two.reg")).out
