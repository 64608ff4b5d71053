"""Server Was Rebuilt and Key Pack Was Moved, in the window."""

from __future__ import annotations

from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.ui.records.key_pack_dialogs import CHOOSE_PACK, RecordMoveDialog
from tslic_admin.ui.records.server_dialogs import RecordRebuildDialog


def packs(sample, clock, **more):
    return list(every_row(sample, clock, ListSpec(PACKS, **more)))


def test_a_server_that_was_rebuilt_closes_what_it_held(sample, gateway, clock, qtbot, settle):
    server = next(row for row in every_row(sample, clock, ListSpec(SERVERS)) if row.packs)
    dialog = RecordRebuildDialog(gateway, server)
    qtbot.addWidget(dialog)
    dialog.open()
    assert server.name in dialog.intro.text()
    dialog.accept()
    settle()
    assert dialog.isVisible()  # no reason yet
    dialog.fields["reason"].setText("The disk broke")
    dialog.accept()
    settle()
    after = next(row for row in every_row(sample, clock, ListSpec(SERVERS)) if row.number == server.number)
    assert after.rebuilt_on is not None
    assert {row.closed_why for row in packs(sample, clock, server_id=server.number, ended=True)} >= {
        "rebuilt"
    }


def test_a_pack_is_moved_to_another_one_of_the_list(sample, gateway, clock, qtbot, settle):
    pack = packs(sample, clock)[0]
    dialog = RecordMoveDialog(gateway, pack)
    qtbot.addWidget(dialog)
    dialog.open()
    settle()
    assert dialog.to.count() == len(packs(sample, clock))  # all others, and none chosen yet
    assert dialog.to.currentText() == CHOOSE_PACK
    dialog.fields["reason"].setText("New server")
    dialog.accept()
    settle()
    assert dialog.isVisible()  # to which one?
    fitting = [
        row for row in packs(sample, clock)
        if row.number != pack.number and row.origin == "original"
        and (row.product_version_id, row.product_type) == (pack.product_version_id, pack.product_type)
    ]  # fmt: skip
    for row in fitting[:1]:
        dialog.to.setCurrentIndex(dialog.to.findData(str(row.number)))
        dialog.accept()
        settle()
        target = next(one for one in packs(sample, clock) if one.number == row.number)
        assert target.origin == "migration"
