"""Evidence: what an administrator finds beside a license server's own lists, attached to the license it is about.

formats.md: it never creates a license; what matches nothing is listed as such; that it is missing proves nothing.
"""

from __future__ import annotations

from stories.conftest import Admin, issued, pack

TSCTST = """ID                       : 1
HWID                     : 0x00000002, 0x7d4eb2c0, 0x37ffa910, 0x75eb542b, 0x87707af6
Issuer                   : DC01
Scope                    : OFFICE
Issued to machine        : PC1
Issued to user           : ann
License ID               : A02-10.01-S
Licensed Product Version : 0010.0001, Flag 0x00d48000
Valid from               : 2026-01-05 10:00:00
Expires on               : 2026-03-20 10:00:00
"""


def put(admin: Admin, name: str, text: str) -> str:
    path = admin.folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def import_counts(admin: Admin, *argv: str) -> tuple[int, int, int, int]:
    (one,) = admin.json("import", *argv)["imported"]
    return one["new"], one["unchanged"], one["linked"], one["ambiguous"]


def test_what_a_client_says_of_its_license_belongs_to_the_one_its_server_lists(office):
    """PC1's own tool prints a license of DC01 from 5 January: it is DC01/3/1, and the history says what proved it."""
    licenses = office.json("licenses", "list")
    assert import_counts(office, put(office, "pc1.txt", TSCTST), "--time-zone", "UTC") == (1, 0, 1, 0)
    assert office.json("licenses", "list") == licenses
    entry = office.json("history", "list")[-1]
    (made,) = [event for event in entry["events"] if event["subject"].startswith("evidence")]
    assert made["subject"] == "evidence 1 DC01/3/1"
    assert '"EvidenceKind":"tsctst"' in made["after"]
    assert office("history", "verify").code == 0


def test_a_client_nobody_knows_makes_no_license(office):
    """PC9 shows a license that no list of DC01 has: it is kept as evidence, and said to match nothing."""
    licenses = office.json("licenses", "list")
    result = office("import", put(office, "pc9.txt", TSCTST.replace("PC1", "PC9")), "--time-zone", "UTC")
    assert "Evidence that matches no license, to be kept without one: 1." in result.out
    assert office.json("licenses", "list") == licenses


def test_it_finds_its_license_when_the_list_comes_later(office):
    """A week later DC01 lists PC9's license; importing the same output again attaches it."""
    file = put(office, "pc9.txt", TSCTST.replace("PC1", "PC9"))
    office("import", file, "--time-zone", "UTC")
    office.today("2026-03-09")
    office.imports(packs=[pack(3, issued=1)], licenses=[issued(3, 9, "PC9")])
    (one,) = office.json("import", file, "--time-zone", "UTC")["imported"]
    assert (one["new"], one["changed"], one["linked"]) == (0, 1, 1)


def test_a_directory_names_the_server_by_its_product_id(office):
    """Two servers list a per-user license of ann; the directory's managing server says which one is meant."""
    office.json(
        "servers", "set", "DC01", "--product-id", "00252-20000-35572-AT477", "--reason", "from its properties"
    )
    of_users = pack(4, ProductType=1, Description="C50-10.01-S")
    ann = issued(4, 7, sIssuedToUser="CORP\\ann")
    office.imports(packs=[of_users], licenses=[ann])
    office.imports(packs=[of_users], licenses=[ann], server="DC02")
    ldif = "dn: CN=Ann,DC=corp,DC=example\nsAMAccountName: ann\nmsTSExpireDate: 20260320100000.0Z\n"
    assert import_counts(office, put(office, "ann.ldf", ldif)) == (1, 0, 0, 1)
    managed = ldif + "msTSManagingLS: 00252-20000-35572-AT477\n"
    assert import_counts(office, put(office, "ann2.ldf", managed)) == (1, 0, 1, 0)
