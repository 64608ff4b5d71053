"""Evidence outside of an import: which license a record is about, and what makes it the same again."""

from __future__ import annotations

from datetime import UTC, datetime

from services.stock import Stock, put_license, put_pack, put_server

from tslic_admin.db.store import Store
from tslic_admin.domain.records.evidence import EvidenceKind
from tslic_admin.formats.tables.records import EvidenceRecord
from tslic_admin.services.evidence.matching import licenses_of, stored_evidence

ISSUED = datetime(2026, 1, 5, 10, tzinfo=UTC)


def client(computer: str = "PC1", **said) -> EvidenceRecord:
    """What a client's license says."""
    values = {"server": "DC01", "computer": computer, "issued_at": ISSUED, "product_type": 0}
    values |= {"line": 1, "kind": EvidenceKind.CLIENT_LICENSE, "facts": (("machine", str(computer)),)}
    return EvidenceRecord(**(values | said))


def names(store: Store, *records: EvidenceRecord) -> list[list[str]]:
    with store.reading() as session:
        return [[one.name for one in match.candidates] for match in licenses_of(session, records)]


def test_each_record_has_the_licenses_that_it_can_be_about(store):
    Stock(store)
    found = names(
        store,
        client(temporary=False),
        client("PC9"),
        client("pc2.corp.example"),
        client("PC1", server="DC77"),
    )
    assert found == [["DC01/3/1"], [], ["DC01/3/2"], []]


def test_a_server_is_found_by_its_product_id(store):
    stock = Stock(store)
    other = put_server(store, "DC02", product_id="00252-20000-35572-AT477")
    put_license(store, put_pack(store, other), 7, "PC1")
    of_id = client(server=None, server_product_id="00252-20000-35572-at477 ")
    unknown = client(server=None, server_product_id="OTHER")
    assert names(store, of_id, unknown, client(server=None)) == [
        ["DC02/3/7"],
        ["DC01/3/1"],
        ["DC01/3/1", "DC02/3/7"],
    ]
    assert stock.server != other


def test_a_server_that_was_rebuilt_had_another_product_id(store):
    server = put_server(store, "DC03", product_id="NEW", rebuilt_on="2026-02-01")
    put_license(store, put_pack(store, server), 7, "PC1", ended_on="2026-02-01", ended_why="pack-closed")
    assert names(store, client(server=None, server_product_id="OLD")) == [["DC03/3/7@2026-01-05"]]


def test_a_server_that_means_itself_is_no_name(store):
    Stock(store)
    assert names(store, client(server="localhost")) == [["DC01/3/1"]]


def test_a_license_that_ended_goes_by_its_issue_date(store):
    stock = Stock(store)
    put_license(store, stock.pack, 9, "PC9", ended_on="2026-02-01", ended_why="vanished")
    assert names(store, client("PC9")) == [["DC01/3/9@2026-01-05"]]


def test_a_hardware_id_is_found_however_it_is_printed(store):
    stock = Stock(store)
    put_license(store, stock.pack, 9, None, hardware_id="{AB01CD-23}")
    assert names(store, client(computer=None, hardware_id="0xab01, 0xcd23")) == [["DC01/3/9"]]


def test_what_looks_like_a_code_is_never_stored():
    code = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"
    secret = EvidenceRecord(1, "DC01", EvidenceKind.EVENT, (("param1", f"moved {code}"),), key=("1",))
    assert stored_evidence(secret).facts == '[["param1", "moved \\u2026GGGGG"]]'


def test_the_same_evidence_is_known_again_by_what_it_says_and_by_its_server_however_that_is_named():
    same = [client(), client(server="dc01.corp.example"), client(facts=()), client(line=9)]
    assert len({stored_evidence(one).identity for one in same}) == 1
    others = [
        client("PC2"),
        client(server="DC02"),
        client(temporary=True),
        client(key=("1",)),
        client(server=None),
    ]
    assert len({stored_evidence(one).identity for one in (client(), *others)}) == 6
    assert stored_evidence(client(server=None), "DC01").identity == stored_evidence(client()).identity
