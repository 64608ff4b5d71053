"""The Clearinghouse kit: what stands on it, what is masked, and that nothing leaves whole without its entry."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta

import pytest
from conftest import NOW
from services.reports.report_page import HOSTILE, Page
from services.stock import last_entry, put_pack, put_server
from world import CODE, NEW_CODE, SERVER_ID

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.codes import group_code
from tslic_admin.services.exporting.reveals import kit_revealed
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records.closing import record_rebuild
from tslic_admin.services.reports.clearinghouse import write_kit
from tslic_admin.services.reports.report import ReportResult

SECRETS = (CODE, NEW_CODE, SERVER_ID, "12345678", "12345678ZZE1234")
SHEET = re.compile(r'<table class="sheet".*?(?=<table class="sheet"|</body>)', re.DOTALL)


def kit(store, server: int | None = None, *, reveal: bool = False) -> tuple[ReportResult, str]:
    stream = io.BytesIO()
    if reveal:
        written = kit_revealed(store, server, stream, "kit.html")
    else:
        written = write_kit(store.path, store._info["now"], server, stream)
    return written, stream.getvalue().decode("ascii")


def read(text: str) -> Page:
    """As a reader has it; the outer table is only there for printing."""
    inner = re.sub(r'<table class="sheet".*?<tbody><tr><td>|</td></tr></tbody>\n</table>\n(?=<table class="sheet"|</body>)', "", text, flags=re.DOTALL)  # fmt: skip
    return Page(inner.encode())


DC01 = 1


@pytest.fixture
def full(world):
    return world.store


def test_everything_that_is_asked_for_stands_on_it(full):
    written, text = kit(full, DC01, reveal=True)
    page = read(text)
    assert written.rows == 3
    assert page.facts["License server ID"] == group_code(SERVER_ID)
    assert page.facts["Product ID"] == "00252-20000-35572-AT477"
    assert page.facts["Telephone number of the Clearinghouse"] == "+49 89 1"
    assert page.facts["Company"] == "Example"
    assert page.facts["Role"] == "Domain"
    assert page.facts["Contact"] == page.facts["Activation"] == "Not recorded"
    packs = page.tables["Key packs"]
    assert [row[0] for row in packs[1:]] == [
        "DC01.example.com/3",
        "DC01.example.com/#1",
        "DC01.example.com/#3",
    ]
    assert packs[2][3:6] == ["Open License", "12345678Authorization number12345678ZZE1234", group_code(CODE)]
    assert packs[3][2:7] == ["2", "", "", group_code(NEW_CODE), "Reissue 1 of 2026-03-01"]
    assert page.tables["Phone reissues"][1:] == [
        ["Reissue 1", "Recorded, not yet installed", "2026-03-01", "", "Kim", "2", "", group_code(NEW_CODE),
         "DC01.example.com/#3"],
    ]  # fmt: skip


def test_every_printed_page_says_that_codes_are_whole(world):
    _, text = kit(world.store, reveal=True)
    for sheet, name in zip(SHEET.findall(text), sorted(world.servers), strict=True):
        head = sheet[: sheet.index("</thead>")]  # browsers repeat it on each page that the table goes over
        assert f"Clearinghouse kit: {name}" in head
        assert "Contains unmasked license codes" in head
    assert ".sheet + .sheet { break-before: page; }" in text
    assert "thead { display: table-header-group; }" in text


def test_without_a_reveal_all_secrets_are_masked_and_nothing_is_recorded(world):
    written, text = kit(world.store, DC01)
    assert not [secret for secret in SECRETS if secret in text or group_code(secret) in text]
    page = read(text)
    assert page.facts["License server ID"] == "…XXXXX"
    assert page.tables["Key packs"][2][4:6] == ["…45678Authorization number…E1234", "…GGGGG"]
    assert "License codes are masked to their last five characters" in text
    assert "Contains unmasked" not in text
    assert (written.entry, written.state, written.needs_attention) == (None, None, False)
    assert last_entry(world.store).number == world.entries
    assert f"History head: Entry {world.entries}, {written.head[1]}" in text


def test_a_reveal_is_an_entry_that_names_the_file_and_that_the_kit_names(world, full):
    written, text = kit(full, DC01, reveal=True)
    entry = last_entry(full)
    assert (entry.kind, entry.number) == ("reveal", written.entry)
    assert written.entry == world.entries + 1
    assert entry.changed == [
        ("report", "clearinghouse kit of DC01.example.com", "Revealed", None, "kit.html")
    ]
    assert f"History head: Entry {written.entry}, {written.head[1]}" in text
    assert written.sha256 == hashlib.sha256(text.encode()).hexdigest()
    kit(full, reveal=True)
    assert last_entry(full).changed[0][1] == "clearinghouse kit of all servers"
    assert verify(full.path, full._info["now"]).state is VerificationState.INTACT


def test_where_the_file_cannot_be_written_nothing_was_revealed(world, tmp_path):
    with pytest.raises(StoreTrouble):
        kit_revealed(world.store, None, tmp_path / "missing" / "kit.html", "kit.html")
    assert last_entry(world.store).number == world.entries


def test_the_file_is_replaced_whole(full, tmp_path):
    target = tmp_path / "kit.html"
    target.write_text("old")
    written = write_kit(full.path, full._info["now"], None, target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == written.sha256


def test_what_a_rebuilt_server_held_is_what_the_kit_is_for(full, clock):
    clock.now += timedelta(days=1)
    with full.writing() as session:
        record_rebuild(session, find_server(session, "DC01"), on="2026-03-03", reason="disk")
    _, text = kit(full, DC01)
    page = read(text)
    gone = page.tables["Key packs no longer on the server"]
    assert [(row[0], row[-1]) for row in gone[1:]] == [
        ("DC01.example.com/3", "2026-03-03, its server was rebuilt"),
        ("DC01.example.com/#1", "2026-03-03, its server was rebuilt"),
    ]
    assert [row[0] for row in page.tables["Key packs"][1:]] == ["DC01.example.com/#3"]


def test_pools_that_nobody_bought_are_left_out(store):
    server = put_server(store)
    for keypack_id, pools in (
        (1, "One built-in or temporary pool is left out"),
        (2, "2 built-in or temporary pools"),
    ):
        put_pack(store, server, keypack_id, key_pack_type=4 if keypack_id == 1 else 6)
        _, text = kit(store)
        assert pools in text
    assert "No key pack that was bought is recorded." in text
    assert "No recorded phone reissue." in text


def test_a_store_without_servers_says_so(store):
    written, text = kit(store)
    assert (written.rows, written.head) == (0, None)
    assert "No license server is recorded." in text


def test_no_name_is_markup(store):
    server = put_server(store, HOSTILE, company=HOSTILE, phone=HOSTILE)
    put_pack(
        store,
        server,
        3,
        reseller=HOSTILE,
        purchase_ref=HOSTILE,
        product_version_id=None,
        product_version=HOSTILE,
    )
    _, text = kit(store)
    page = read(text)
    assert page.facts["Company"] == HOSTILE
    assert page.tables["Key packs"][1][-1] == HOSTILE
    assert "script" not in page.tags


def test_the_servers_so_far_are_told(world):
    calls: list[tuple[int, int | None]] = []
    write_kit(world.store.path, lambda: NOW, None, io.BytesIO(), lambda *at: calls.append(at))
    total = len(world.servers)
    assert calls == [(done, total) for done in range(total)]
