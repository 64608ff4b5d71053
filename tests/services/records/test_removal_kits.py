"""Removal kits: of what, and written whole or not at all; removals where the console does not come."""

from __future__ import annotations

import pytest
from services.stock import CODE, Stock

from tslic_admin.db.schema.tables import CollectedRow, TransferRow
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.reissues import COLLECTED
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.lookup import find_request, get_issuance
from tslic_admin.services.records import removal_kits, removals, transfers
from tslic_admin.services.reissue import calls


@pytest.fixture
def stock(store) -> Stock:
    stock = Stock(store)
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


def test_a_transfer_s_old_computer_is_the_one_it_left(stock, clock):
    thing = removal_kits.read_given_up(stock.store.path, clock, "transfer", 1)
    assert (thing.computer, thing.license, thing.state) == ("PC1", "DC01/3/1", "awaiting")
    assert thing.because == "Transfer 1 of 2026-03-01, to PC9"


def test_a_retired_license_s_old_computer_is_the_one_that_held_it_last(stock, clock):
    computers = [
        removal_kits.read_given_up(stock.store.path, clock, "collected", number).computer for number in (1, 2)
    ]
    assert computers == ["PC8", "PC3"]


def test_it_is_found_by_its_license_too(stock, clock):
    found = [removal_kits.find_given_up(stock.store.path, clock, number) for number in stock.licenses]
    assert found == [("transfer", 1), ("collected", 1), ("collected", 2)]


def test_what_was_not_given_up_has_no_kit(stock, clock, store):
    assert removal_kits.read_given_up(store.path, clock, "transfer", 99) is None
    assert removal_kits.find_given_up(store.path, clock, 99) is None


@pytest.fixture
def kit(stock, clock):
    thing = removal_kits.read_given_up(stock.store.path, clock, "transfer", 1)
    return removal_kits.kit_of(thing, views=("64", "32"), entry="")


def test_a_kit_is_written_into_a_folder_of_its_own(kit, tmp_path):
    folder = removal_kits.write(kit, tmp_path, "2026-03-02")
    assert folder.name == "removal-PC1-DC01-3-1"
    assert sorted(path.name for path in folder.iterdir()) == [
        "1-backup.cmd", "1-backup.ps1", "2-remove.cmd", "2-remove.ps1", "2-remove.reg",
        "3-restore.cmd", "3-restore.ps1", "checklist.html",
    ]  # fmt: skip
    assert "new device" in (folder / "checklist.html").read_text(encoding="utf-8")


def test_one_license_is_chosen_by_its_key(stock, clock):
    thing = removal_kits.read_given_up(stock.store.path, clock, "transfer", 1)
    kit = removal_kits.kit_of(thing, views=("64",), entry="license001")
    assert kit.store_entry == "LICENSE001"
    page = removal_kits.files(kit, "2026-03-02")["checklist.html"].decode()
    assert "removes one license" in page
    assert "Wow6432Node" not in page


def test_a_folder_that_is_there_is_left_alone(kit, tmp_path):
    folder = removal_kits.write(kit, tmp_path, "2026-03-02")
    (folder / "MSLicensing-64.reg").write_text("evidence")
    with pytest.raises(RuleViolation, match="kit-exists"):
        removal_kits.write(kit, tmp_path, "2026-03-02")
    assert (folder / "MSLicensing-64.reg").read_text() == "evidence"


def test_where_it_cannot_be_written_nothing_is_left(kit, tmp_path, monkeypatch):
    with pytest.raises(StoreTrouble, match="file-not-written"):
        removal_kits.write(kit, tmp_path / "nowhere", "2026-03-02")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(tmp_path), "write_bytes", full)
    with pytest.raises(StoreTrouble, match="file-not-written"):
        removal_kits.write(kit, tmp_path, "2026-03-02")
    assert not [path for path in tmp_path.iterdir() if "removal" in path.name]


def test_what_is_only_collected_has_nothing_to_remove(store):
    stock = Stock(store)
    stock.open_request(stock.licenses[0])
    stock.refuse(
        lambda s: removals.record_removed(s, s.get_one(CollectedRow, 1), on="2026-03-02", by="Ann"),
        "removal-not-retired",
    )
    stock.refuse(
        lambda s: removals.record_not_intended(s, s.get_one(CollectedRow, 1), reason="x"),
        "removal-not-retired",
    )


def test_a_row_of_a_list_stands_for_a_transfer_or_a_retired_license(stock):
    with stock.store.reading() as session:
        found = [removals.get_given_up(session, kind, 1) for kind in ("transfer", "collected")]
        assert [type(one) for one in found] == [TransferRow, CollectedRow]


def test_a_reissued_license_stays_for_a_reason(stock):
    done = stock.do(lambda s: removals.record_not_intended(s, s.get_one(CollectedRow, 1), reason="scrapped"))
    assert done.record == 1
    assert stock.row(COLLECTED, 1)["removal_reason"] == "scrapped"


def test_a_voided_transfer_has_nothing_to_remove(stock):
    from tslic_admin.services.history import voiding

    with stock.store.writing() as session:
        entry = voiding.entry_behind(session, "transfer", 1)
    stock.do(lambda s: voiding.void(s, entry, reason="wrong"))
    stock.refuse(
        lambda s: removals.record_removed(s, s.get_one(TransferRow, 1), on="2026-03-02", by="Ann"),
        "transfer-voided",
    )
