"""A client's license is matched with the one that its server issued; a removal's evidence says whether it is that one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from formats.client.chains import SERVER_CODE, TEMPORARY_BETA, chain, exported, product_info, server_info
from services.stock import CODE, Stock, every, last_entry, put_license, put_pack, put_server

from tslic_admin.db.schema.tables import CollectedRow, ServerRow, TransferRow
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.client.client_file import read_client_file
from tslic_admin.services.evidence.client_licenses import match_in_machine_form, match_licenses, read_file
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.lookup import find_request, get_issuance
from tslic_admin.services.records import removals, transfers
from tslic_admin.services.reissue import calls
from tslic_admin.wording import messages

ISSUED, EXPIRES = b"260105100000Z", b"260320100000Z"


def license_of(machine: str = "PC1", *, flags: int = 0x00808000, version=(10, 1), **more: Any) -> bytes:
    """A license of DC01 as the stock has them; `issuer_id` and the like go into its extensions."""
    server = more.pop("server", "DC01")
    values = {
        "product": product_info(adjusted="A02-10.01-S", version=version, flags=flags),
        "of_server": server_info(server, more.pop("issuer_id", None)),
        "validity": (more.pop("issued", ISSUED), more.pop("expires", EXPIRES)),
    }
    return chain(machine, server=server, **(values | more))


def matches(stock: Stock, data: bytes) -> list[list[str]]:
    with stock.store.reading() as session:
        found = match_licenses(session, read_client_file(data).licenses)
    return [[one.name for one in matched.candidates] for matched in found]


# which license it is


def test_server_machine_and_dates_make_the_match(stock):
    assert matches(stock, license_of()) == [["DC01/3/1"]]
    assert matches(stock, license_of("pc2.corp.example")) == [["DC01/3/2"]]
    assert matches(stock, exported(license_of("PC3"), license_of("PC1"))) == [["DC01/3/3"], ["DC01/3/1"]]


@pytest.mark.parametrize(
    "other",
    [
        {"machine": "PC9"},
        {"server": "DC02"},
        {"issued": b"250105100000Z", "expires": b"250320100000Z"},
        {"issued": b"260601100000Z", "expires": b"260901100000Z"},
        {"flags": TEMPORARY_BETA},
        {"version": (6, 2)},
    ],
)
def test_what_contradicts_is_no_match(stock, other):
    assert matches(stock, license_of(**other)) == [[]]


def test_a_copy_of_before_a_renewal_is_still_of_the_license(store):
    pack = put_pack(store, put_server(store))
    put_license(store, pack, issued_at="2026-03-15T10:00:00Z", expires_at="2026-06-01T10:00:00Z")
    stock = Stock.__new__(Stock)
    stock.store = store
    assert matches(stock, license_of()) == [["DC01/3/17"]]
    assert matches(stock, license_of(issued=b"260201100000Z", expires=b"260401100000Z")) == [["DC01/3/17"]]
    assert matches(stock, license_of(issued=b"251201100000Z", expires=b"260201100000Z")) == [[]]


def test_what_nobody_can_tell_apart_is_no_match(stock):
    put_license(stock.store, stock.pack, 18, "PC1")
    assert matches(stock, license_of()) == [["DC01/3/1", "DC01/3/18"]]
    with stock.store.reading() as session:
        (one,) = match_licenses(session, read_client_file(license_of()).licenses)
    assert match_in_machine_form(one)["license"] is None


@pytest.mark.parametrize(
    ("known", "rebuilt", "name", "said", "found"),
    [
        ("00252-1", None, "DC01", "00252-1", True),
        ("00252-1", None, "RENAMED", " 00252-1 ", True),
        ("00252-1", None, "DC01", "00252-2", False),
        ("00252-1", "2026-02-01", "DC01", "00252-2", True),
        (None, None, "DC01", "00252-2", True),
        (None, None, "RENAMED", "00252-2", False),
        ("00252-1", None, "DC01", None, True),
    ],
)
def test_the_product_id_names_a_server_too_and_tells_another_of_the_same_name(
    stock, known, rebuilt, name, said, found
):
    def describe(session):
        from tslic_admin.db.history.recording import seal

        server = session.get_one(ServerRow, stock.server)
        server.product_id, server.rebuilt_on = known, rebuilt
        server.notes = "x"  # something has to change
        session.flush()
        seal(session, "server.set")

    stock.do(describe)
    assert matches(stock, license_of(server=name, issuer_id=said)) == ([["DC01/3/1"]] if found else [[]])


def test_the_machine_form(stock):
    with stock.store.reading() as session:
        (one,) = match_licenses(session, read_client_file(license_of()).licenses)
    assert match_in_machine_form(one) == {
        "machine": "PC1",
        "user": "ann",
        "product": "A02-10.01-S",
        "version": "10.1",
        "flags": 0x00808000,
        "temporary": False,
        "beta": False,
        "enforced": True,
        "issued": "2026-01-05T10:00:00Z",
        "expires": "2026-03-20T10:00:00Z",
        "serial": "030000000f",
        "issuer": "DC01",
        "issuer_id": None,
        "scope": "CORP",
        "signature_holds": True,
        "license": "DC01/3/1",
    }


# files


def test_a_file_of_any_size_is_hashed_and_only_its_beginning_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("tslic_admin.services.evidence.client_licenses.READ_CHUNK", 64)
    for module in ("services.evidence.client_licenses", "formats.client.client_file"):
        monkeypatch.setattr(f"tslic_admin.{module}.LARGEST_CLIENT_FILE", 200)
    path = tmp_path / "key.reg"
    path.write_bytes(b"REGEDIT4\r\n" * 100)
    looked_at = []

    def look(data):
        looked_at.append(len(data))
        return read_client_file(data)

    monkeypatch.setattr("tslic_admin.services.evidence.client_licenses.read_client_file", look)
    read = read_file(path)
    assert looked_at == [256]
    assert (read.name, read.is_registry, len(read.first_bytes), read.file) == ("key.reg", True, 64, None)
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read.refusal is not None
    assert read.refusal.code == "client-file-too-large"


def test_a_file_that_cannot_be_read_is_trouble(tmp_path):
    with pytest.raises(StoreTrouble, match="file-missing"):
        read_file(tmp_path / "nothing")
    with pytest.raises(StoreTrouble, match="file-unreadable"):
        read_file(tmp_path)


# what the evidence of a removal says


@pytest.fixture
def given_up(stock: Stock) -> Stock:
    """License 1 went from PC1 to PC9, license 2 from PC2 to PC8; 2 and 3 were retired by a reissue."""
    stock.do(
        lambda s: transfers.mark(
            s, get_issuance(s, stock.licenses[0]), transfers.TransferFields(to="PC9", on="2026-03-01")
        )
    )
    stock.do(
        lambda s: transfers.mark(
            s, get_issuance(s, stock.licenses[1]), transfers.TransferFields(to="PC8", on="2026-03-01")
        )
    )
    number = stock.open_request(stock.licenses[1], stock.licenses[2])
    stock.do(
        lambda s: calls.record(
            s, find_request(s, number), calls.ReissueCall(code=CODE, quantity="2", on="2026-03-02")
        )
    )
    return stock


def said(stock: Stock, tmp_path: Path, data: bytes, kind: type[Any] = TransferRow, number: int = 1) -> str:
    """What is said of a file as evidence; recorded with it, the store holds its SHA-256 and nothing else of it."""
    path = tmp_path / "key.reg"
    path.write_bytes(data)
    backup = removals.read_backup(path)
    with stock.store.reading() as session:
        live = removals.compare_backup(session, session.get_one(kind, number), backup)
    done = stock.do(
        lambda s: removals.record_removed(
            s, s.get_one(kind, number), on="2026-03-02", by="Ann", backup=backup
        )
    )
    assert done.notices == live
    assert SERVER_CODE not in repr(every(stock.store, "SELECT * FROM event_line"))
    assert (kind is not TransferRow) or stock.row("transfer", number)["removal_sha256"] == backup.sha256
    assert verify(stock.store.path, lambda: NOW).state is VerificationState.INTACT
    return " ".join(messages.notice_text(notice) for notice in live)


def test_it_holds_the_license(given_up, tmp_path):
    text = said(given_up, tmp_path, exported(license_of("PC7"), license_of()))
    assert text == (
        "The file kept as evidence holds DC01/3/1, the license that was given up: that of PC1 (permanent, "
        "A02-10.01-S, issued by DC01 on 2026-01-05), DC01/3/1 in the records."
    )
    assert last_entry(given_up.store).kind == "transfer.removed"


def test_it_holds_the_license_but_altered(given_up, tmp_path):
    good = license_of()
    at = good.rindex("A02-10.01-S".encode("utf-16-le")[:6])
    text = said(given_up, tmp_path, good[:at] + b"B" + good[at + 1 :])
    assert "holds DC01/3/1, the license that was given up" in text
    assert text.endswith(
        "Its signature does not hold: the file was altered after it was signed, or is damaged."
    )


def test_it_holds_another_license(given_up, tmp_path):
    text = said(given_up, tmp_path, exported(license_of("PC3"), license_of("PC7", flags=TEMPORARY_BETA)))
    assert text == (
        "The file kept as evidence holds another license than DC01/3/1: that of PC3 (permanent, A02-10.01-S, issued "
        "by DC01 on 2026-01-05), DC01/3/3 in the records; that of PC7 (temporary, A02-10.01-S, issued by DC01 on "
        "2026-01-05)."
    )


def test_a_license_of_another_server_or_kind_is_another(given_up, tmp_path):
    for other in ({"server": "DC02"}, {"flags": TEMPORARY_BETA}, {"version": (6, 2)}):
        assert "holds another license than DC01/3/1" in said(given_up, tmp_path, license_of(**other))


@pytest.mark.parametrize(
    "data",
    [
        exported(),
        b"REGEDIT4\r\n[HKEY_LOCAL_MACHINE]\r\n",
        exported(license_of())[:2] + "REGEDIT4\r\n".encode("utf-16-le"),
    ],
)
def test_no_license_is_in_it(given_up, tmp_path, data):
    assert said(given_up, tmp_path, data) == (
        "The file kept as evidence holds no license of a client, so it does not show DC01/3/1."
    )


def test_what_is_no_such_file_at_all(given_up, tmp_path):
    assert "neither an exported registry key nor a client's license" in said(
        given_up, tmp_path, b"a screenshot"
    )


def test_what_cannot_be_read_does_not_tell(given_up, tmp_path):
    text = said(given_up, tmp_path, license_of()[:-1])
    assert text.startswith(
        "Whether the file kept as evidence holds DC01/3/1 cannot be told. The license is damaged"
    )
    text = said(given_up, tmp_path, exported(license_of("PC7"), license_of()[:-1]))
    assert text.startswith(
        "Whether the file kept as evidence holds DC01/3/1 cannot be told: LICENSE001 in it cannot be read. The license"
    )


def test_dates_that_do_not_fit_may_be_a_renewal(given_up, tmp_path):
    text = said(given_up, tmp_path, license_of(issued=b"260301100000Z", expires=b"260601100000Z"))
    assert "cannot be told: it holds that of PC1" in text
    assert "renewed since the last import" in text


def test_two_licenses_that_it_may_be(given_up, tmp_path):
    put_license(given_up.store, given_up.pack, 18, "PC1")
    assert "its license may be any of DC01/3/1, DC01/3/18" in said(given_up, tmp_path, license_of())


def test_a_license_without_a_computer_cannot_be_compared(stock, tmp_path):
    number = put_license(stock.store, stock.pack, 18, None)
    request = stock.open_request(number)
    stock.do(
        lambda s: calls.record(
            s, find_request(s, request), calls.ReissueCall(code=CODE, quantity="1", on="2026-03-02")
        )
    )
    text = said(stock, tmp_path, license_of("PC7"), CollectedRow)
    assert "name no computer and no hardware ID" in text


def test_what_a_computer_got_by_a_transfer_is_known_when_it_is_linked(given_up, tmp_path):
    """PC8 got license 2 by a transfer and lost it: what its server issued to PC8 is in no record yet."""
    text = said(given_up, tmp_path, license_of("PC8", issued=b"260301100000Z"), CollectedRow)
    assert "it holds a license of PC8, whose own license on the server is not linked" in text
    assert "holds another license than DC01/3/2" in said(given_up, tmp_path, license_of("PC7"), CollectedRow)


def test_a_reissued_license_that_was_not_moved_is_that_of_its_computer(given_up, tmp_path):
    assert "holds DC01/3/3, the license that was given up" in said(
        given_up, tmp_path, license_of("PC3"), CollectedRow, 2
    )


def test_an_empty_file_is_no_evidence(tmp_path):
    (tmp_path / "key.reg").write_bytes(b"")
    with pytest.raises(RuleViolation, match="backup-empty"):
        removals.read_backup(tmp_path / "key.reg")
