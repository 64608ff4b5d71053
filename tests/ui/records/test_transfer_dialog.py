"""Mark one-time transfer: what will be true, what is refused, and what is possible instead."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.ui.records.transfer_dialogs import TransferDialog


@pytest.fixture
def open_for(sample, gateway, clock, qtbot):
    """Open the dialog for a license by its computer."""

    def opened(computer: str) -> TransferDialog:
        rows = every_row(sample, clock, ListSpec(LICENSES, search=computer))
        dialog = TransferDialog(gateway, next(rows))
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return opened


def test_it_says_what_will_be_true_and_that_it_cannot_be_done_twice(open_for):
    dialog = open_for("MUC-PC-0310")
    dialog.to.setText("MUC-PC-0700")
    text = dialog.intro.text()
    assert "held by MUC-PC-0310" in text
    assert "Afterwards MUC-PC-0700 holds it" in text
    assert "cannot be transferred a second time" in text


def test_a_transfer_is_marked_and_the_dialog_closes(open_for, settle, sample, clock):
    dialog = open_for("MUC-PC-0310")
    dialog.to.setText("MUC-PC-0700")
    dialog.accept()
    settle()
    rows = list(every_row(sample, clock, ListSpec(TRANSFERS, search="MUC-PC-0700")))
    assert [(row.from_computer, row.to_computer) for row in rows] == [("MUC-PC-0310", "MUC-PC-0700")]


def test_a_second_transfer_is_refused_and_a_reissue_offered(open_for, settle, qtbot):
    """Before anything is typed: nothing could make it possible."""
    dialog = open_for("MUC-PC-0311")  # transferred in the sample
    settle()
    assert "may be transferred once" in dialog.refusal.text()
    assert not dialog.to.isVisible()
    assert not dialog.verb.isVisible()
    offer = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Add to Reissue &Request…")
    with qtbot.waitSignal(dialog.alternative_chosen) as chosen:
        offer.click()
    assert chosen.args[0] == "collect"


def test_a_collected_license_leads_to_its_request(open_for, settle, qtbot):
    dialog = open_for("MUC-PC-0320")
    settle()
    assert "collected in reissue request 2" in dialog.refusal.text()
    offer = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Open Reissue &Request")
    with qtbot.waitSignal(dialog.alternative_chosen) as chosen:
        offer.click()
    assert chosen.args == ["request", 2]


def test_a_transfer_in_between_is_refused_with_what_was_typed(open_for, settle, sample, clock):
    first, second = open_for("MUC-PC-0310"), open_for("MUC-PC-0310")
    settle()
    for dialog, to in ((first, "MUC-PC-0700"), (second, "MUC-PC-0701"), (second, "MUC-PC-0701")):
        dialog.to.setText(to)
        dialog.accept()
        settle()
    assert "may be transferred once" in second.refusal.text()
    assert second.to.text() == "MUC-PC-0701"
    offers = [b for b in second.buttons.buttons() if b.text() == "Add to Reissue &Request…"]
    assert len(offers) == 1


def test_a_client_that_needs_no_cal_is_recorded_anyway_only_with_a_reason(open_for, settle, sample, clock):
    dialog = open_for("MUC-PC-0310")
    dialog.to.setText("OLD-PC")
    for name, value in (("client_os", "xp-professional"), ("host_version", "0")):
        box = dialog.fields[name]
        box.setCurrentIndex(box.findData(value))
    dialog.accept()
    settle()
    assert dialog.anyway.isVisible()
    dialog.anyway.setChecked(True)
    dialog.fields["reason"].setText("Boots another system at times")
    dialog.accept()
    settle()
    assert len(list(every_row(sample, clock, ListSpec(TRANSFERS, search="OLD-PC")))) == 1
