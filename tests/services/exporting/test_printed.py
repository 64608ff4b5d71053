"""A list that is read to be printed: every row of one moment, in order and masked, kept aside until it is on paper."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.stock import put_license, put_pack, put_server

from tslic_admin.db.store import Store
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.services.exporting import printout
from tslic_admin.services.exporting.printout import SpooledRows, read_printout

Now = Callable[[], datetime]
ROWS = st.lists(st.lists(st.text(st.characters(), max_size=20), max_size=4), max_size=12)


@pytest.fixture
def licensed(store: Store) -> Store:
    """Three licenses of one key pack, which has a code."""
    pack = put_pack(store, put_server(store), license_key_pack_id="A" * 30 + "BCDEF")
    for number, computer in ((1, "PC3"), (2, "PC1"), (3, "PC2")):
        put_license(store, pack, number, computer)
    return store


@settings(max_examples=60)
@given(ROWS)
def test_rows_come_back_as_they_went_whatever_they_hold(rows: list[list[str]]) -> None:
    kept = SpooledRows()
    for row in rows:
        kept.add(row)
    assert list(kept.rows()) == rows
    assert len(kept) == len(rows)
    assert list(kept.rows(range(1, len(rows)))) == rows[1:]


def test_a_long_list_lies_on_the_disk_and_is_gone_with_its_last_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printout, "IN_MEMORY", 100)
    kept = SpooledRows()
    for number in range(200):
        kept.add([str(number)])
    assert kept._file._rolled  # type: ignore[attr-defined]
    file = kept._file
    del kept
    gc.collect()
    assert file.closed


def test_readers_that_meet_do_not_read_each_other_s_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = SpooledRows()
    rows = [[str(number)] for number in range(20)]
    for row in rows:
        kept.add(row)
    seek = kept._file.seek

    def slowly(place: int) -> int:
        found = seek(place)
        time.sleep(0.001)  # the others' turn
        return found

    monkeypatch.setattr(kept._file, "seek", slowly)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(list, [kept.rows() for _ in range(4)])) == [rows] * 4


def test_a_full_disk_is_said_as_trouble_with_the_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = SpooledRows()

    def full(_: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept._file, "write", full)
    with pytest.raises(StoreTrouble) as raised:
        kept.add(["x"])
    assert raised.value.code == "temporary-folder"
    assert raised.value.facts["why"] == "No space left on device"


def test_a_list_is_read_in_its_order_with_what_a_page_says_of_it(licensed: Store, clock: Now) -> None:
    spec = ListSpec(LICENSES, pack_id=1, sort="computer", descending=True)
    found = read_printout(licensed.path, clock, spec, lambda row: [row.computer])
    assert list(found.rows.rows()) == [["PC3"], ["PC2"], ["PC1"]]
    assert found.title == "Issued licenses"
    facts = dict(found.facts)
    assert facts["Store"] == "tslic.sqlite"
    assert facts["Filter"] == "Of key pack DC01/3; sorted by Issued To Computer, descending; 3 rows"
    assert facts["History head"].startswith("Entry 5, ")
    assert facts["Printed"] == "2026-03-02 12:00 UTC (UTC+0000)"


def test_secrets_are_masked_even_in_a_list_that_would_reveal_them(licensed: Store, clock: Now) -> None:
    found = read_printout(licensed.path, clock, ListSpec(PACKS, reveal=True), lambda row: [row.code])
    assert list(found.rows.rows()) == [["…BCDEF"]]


def test_what_is_written_meanwhile_is_not_in_it(
    licensed: Store, clock: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printout, "PROGRESS_STEP", 1)
    calls = []

    def write(done: int, total: int) -> None:
        calls.append((done, total))
        put_license(licensed, 1, 100 + done, f"PC{100 + done}")

    found = read_printout(licensed.path, clock, ListSpec(LICENSES), lambda row: [row.computer], write)
    assert calls == [(1, 3), (2, 3), (3, 3)]
    assert len(found.rows) == 3
    assert dict(found.facts)["History head"].startswith("Entry 5, ")
    assert "; 3 rows" in dict(found.facts)["Filter"]


def test_what_progress_raises_ends_it(licensed: Store, clock: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printout, "PROGRESS_STEP", 2)

    def cancel(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_printout(licensed.path, clock, ListSpec(LICENSES), lambda _: [], cancel)
