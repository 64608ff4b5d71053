"""Every field of the dialogs that record something, on the sample, with a value it cannot take.

As test_bad_values.py: the fields come from the dialogs themselves; a new one without a line in BAD fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit
from ui.bad_values import FREE, NAMES, TOO_LONG, codes, everything
from ui.every_dialog import edit_of, enter, entered, show

from tslic_admin.db.lists.pages import LIST_QUERIES
from tslic_admin.domain.catalogue.history import HISTORY
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.services.lookup import find_request
from tslic_admin.services.records.removal_kits import read_given_up
from tslic_admin.services.reissue import calls
from tslic_admin.ui.exporting.dialog import ColumnChoice, ExportDialog
from tslic_admin.ui.history.void_dialog import VoidDialog
from tslic_admin.ui.importing import options
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.records.key_pack_dialogs import RecordMoveDialog
from tslic_admin.ui.records.removal_dialogs import WAY_NOT_INTENDED, RemovalDialog, RemovalKitDialog
from tslic_admin.ui.records.server_dialogs import RecordRebuildDialog
from tslic_admin.ui.records.transfer_dialogs import LinkTransferDialog, TransferDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.reissue.request_chooser import CollectDialog, PhoneReissueDialog
from tslic_admin.ui.reissue.request_dialogs import CorrectCodeDialog, LinkPackDialog, WithdrawDialog
from tslic_admin.ui.widgets.form_dialog import FormDialog

Bad = dict[str, list[tuple[str, str]] | None]
FUTURE = [("2026-03-03", "lies in the future")]
REASON = [("", "reason is missing"), (TOO_LONG[1], TOO_LONG[2])]
FREE_REASON = [(TOO_LONG[1], TOO_LONG[2])]
NAME = [(value, part) for _, value, part in NAMES["name"][1:3]]
MUST_NAME = [(value, part) for _, value, part in NAMES["name"][:3]]
CODE = [(value, part) for _, value, part in codes(35)] + [("", "0 were entered")]
TIME = [("yesterday", "is not a time"), ("2026-03-02 25:00", "is not a time")]
DAY = [("02.03.2026", "is not a day"), ("2026-02-30", "is not a day")]


def row(gateway: Any, kind: str, **scope: Any) -> Any:
    return next(every_row(gateway.path, gateway.now, ListSpec(LIST_QUERIES[kind].kind, ended=True, **scope)))


def thing(gateway: Any) -> Any:
    number = row(gateway, "transfers", search="HAM-PC-0530").number
    return read_given_up(gateway.path, gateway.now, "transfer", number)


def collect(gateway: Any) -> FormDialog:
    license_ = row(gateway, "licenses", search="MUC-PC-0310")
    return CollectDialog(gateway, [license_.number], license_.server_id)


# dialog -> how it is opened, good values, field -> (bad value, a part of what is said); FREE: nothing wrong fits in
DIALOGS: dict[str, tuple[Callable[[Any], FormDialog], dict[str, str], Bad]] = {
    "transfer": (
        lambda g: TransferDialog(g, row(g, "licenses", search="MUC-PC-0310")),
        {"to": "NEW1"},
        {"to": MUST_NAME, "on": FUTURE, "client_os": FREE, "host_version": FREE, "reason": FREE_REASON},
    ),
    "collect": (collect, {}, {"request": FREE, "to": NAME, "reason": FREE_REASON}),
    "phone": (
        lambda g: PhoneReissueDialog(g, 1),
        {"request": "new"},
        {"request": FREE, "server": FREE, "reason": FREE_REASON},
    ),
    "withdraw": (lambda g: WithdrawDialog(g, 2), {"reason": "x"}, {"reason": REASON}),
    "void": (lambda g: VoidDialog(g, "transfer", 3), {"reason": "x"}, {"reason": REASON}),
    "link-pack": (
        lambda g: LinkPackDialog(g, 1, row(g, "servers", search="TSLIC08").number, None),
        {"reason": "x", "keypack_id": "none"},
        {"keypack_id": FREE, "reason": REASON},
    ),
    "link-transfer": (
        lambda g: LinkTransferDialog(g, row(g, "transfers", search="HAM-PC-0530")),
        {"license": "none", "reason": "x"},
        {
            "license": [
                ("nonsense", "names no license"),
                ("TSLIC08/3/999", "No license “TSLIC08/3/999”"),
                ("TSLIC08/3/1", "not issued on or after"),
            ],
            "reason": REASON,
        },
    ),
    "correct-code": (
        lambda g: CorrectCodeDialog(g, 2),
        {"code": "Z" * 35, "reason": "x"},
        {"code": [*CODE, ("SAMPLE" * 5 + "00001", "already recorded")], "reason": REASON},
    ),
    "removed": (
        lambda g: RemovalDialog(g, thing(g)),
        {"by": "Ann"},
        {
            "way": FREE,
            "on": FUTURE,
            "by": [("", "is missing"), (TOO_LONG[1], TOO_LONG[2])],
            "backup": [("/nowhere/key.reg", "does not exist")],
            "reason": FREE,
        },
    ),
    "not-intended": (
        lambda g: RemovalDialog(g, thing(g)),
        {"way": WAY_NOT_INTENDED, "reason": "x"},
        {"way": FREE, "on": FREE, "by": FREE, "backup": FREE, "reason": REASON},
    ),
    "removal-kit": (
        lambda g: RemovalKitDialog(g, thing(g)),
        {},
        {
            "what": FREE,
            "entry": [("HardwareID", "no license's key"), ("", "no license's key")],
            "views": FREE,
        },
    ),
    "record-rebuild": (
        lambda g: RecordRebuildDialog(g, row(g, "servers", search="TSLIC08")),
        {"reason": "x"},
        {"on": FUTURE, "reason": REASON},
    ),
    "record-move": (
        lambda g: RecordMoveDialog(g, row(g, "key-packs", search="TSLIC08")),
        {"reason": "x", "to": "2"},
        {"to": [("", "is missing")], "on": FUTURE, "reason": REASON},
    ),
    "export": (
        lambda g: ExportDialog(g, ListSpec(HISTORY)),
        {"what": "history", "to": "/nowhere/at/all.csv"},
        {
            "what": FREE,
            "form": FREE,
            "file_format": FREE,
            "columns": FREE,
            "since": DAY,
            "until": DAY,
            "by": FREE,
            "reveal": FREE,
            "to": [("", "is missing")],
        },
    ),
}


def put(widget: Any, value: str) -> None:
    edit = edit_of(widget)
    if isinstance(edit, QDateEdit):
        edit.setDate(QDate.fromString(value, "yyyy-MM-dd"))
    elif isinstance(edit, QComboBox) and edit.isEditable():
        edit.setEditText(value)
    else:
        enter(widget, value)


@pytest.fixture
def recorded(sample: Any, store: Any) -> None:
    """The sample's parked request, its call recorded, so that its code can be corrected."""
    with store.writing() as session:
        request = find_request(session, 2)
        calls.record(session, request, calls.ReissueCall(code="ABCDE" * 7, quantity="2", on="2026-03-01"))


@pytest.mark.parametrize("name", DIALOGS)
def test_a_bad_value_is_refused_at_its_field_and_nothing_changes(
    name: str, sample, gateway, settle, qtbot, store, request
) -> None:
    if name == "correct-code":
        request.getfixturevalue("recorded")
    open_it, good, bad = DIALOGS[name]
    dialog = open_it(gateway)
    show(dialog, qtbot)
    settle()
    for field, value in good.items():
        put(dialog.fields[field], value)
    assert set(dialog.fields) == set(bad), "a field without a line in BAD, or the other way round"
    before = everything(store)
    checked = 0
    for field, values in bad.items():
        widget = dialog.fields[field]
        if values is FREE:
            plain = (
                isinstance(widget, QComboBox | QCheckBox | ColumnChoice)
                and not getattr(widget, "isEditable", bool)()
            )
            assert plain or not widget.isVisible(), f"{name}: anything can be typed into {field}"
            continue
        for value, part in values:
            previous = entered(widget)
            put(widget, value)
            dialog.accept()
            settle()
            what = f"{name}: {field} = {value[:40]!r}"
            error = dialog._errors[field]
            assert dialog.isVisible(), f"{what} was taken"
            assert error.isVisible(), f"{what} is refused elsewhere: {dialog.refusal.text()}"
            assert part in error.text(), f"{what}: {error.text()}"
            assert entered(widget) == value, f"{what} was not kept"
            assert everything(store) == before, f"{what} changed something"
            put(widget, previous)
            checked += 1
    assert checked


# the worksheet, which is no form dialog

CALL: Bad = {
    "phone": FREE_REASON,
    "agent": FREE_REASON,
    "case": FREE_REASON,
    "call_started_at": TIME,
    "call_ended_at": TIME,
    "same_call_as": FREE,
}
RESULT: Bad = {
    "code": CODE,
    "quantity": [
        ("", "not a number of licenses"),
        ("few", "not a number of licenses"),
        ("0", "not a quantity"),
    ],
    "on": FUTURE,
    "keypack_id": [("three", "no Keypack ID"), ("-1", "no Keypack ID")],
}


def test_a_bad_value_in_the_worksheet_is_refused_at_its_field_and_nothing_is_recorded(
    sample, gateway, settle, store
) -> None:
    sheet = ReissueDialog(gateway, 2)
    sheet.show()
    settle()
    sheet.outcome.code.set_code("Z" * 35)
    sheet.outcome.quantity.setText("2")
    before = [table for table in everything(store) if table[0] != "draft"]
    for page, table in ((sheet.call, CALL), (sheet.outcome, RESULT)):
        fields = page.page_fields
        assert set(fields.edits) == set(table)
        for field, values in table.items():
            edit = fields.edits[field]
            if values is FREE:
                assert isinstance(edit, QComboBox)
                assert not edit.isEditable()
                continue
            for value, part in values:
                previous = entered(edit)
                put(edit, value)
                sheet.record()
                settle()
                what = f"{field} = {value[:40]!r}"
                assert fields.errors[field].isVisible(), f"{what}: {sheet.refusal.text()}"
                assert part in fields.errors[field].text(), f"{what}: {fields.errors[field].text()}"
                assert sheet.tabs.currentWidget() is page
                assert entered(edit) == value
                assert [t for t in everything(store) if t[0] != "draft"] == before, what
                put(edit, previous)
    sheet.close()
    settle()


def test_who_needs_a_license_is_a_computer_s_name(sample, gateway, settle, store) -> None:
    sheet = ReissueDialog(gateway, 2)
    sheet.show()
    settle()
    before = everything(store)
    sheet.licenses.table.item(0, 2).setText("two words")
    settle()
    assert "cannot be the name" in sheet.refusal.text()
    assert everything(store) == before
    sheet.close()
    settle()


# an import is looked at while one types

ASKED: dict[str, list[tuple[str, str]] | None] = {
    "server": [("two words", "cannot be the name")],
    "date_order": FREE,
    "taken_at": [
        ("yesterday", "is not a day"),
        ("2026-03-02 25:00", "is not a time"),
        ("2099-01-01", "but today is"),
    ],
    "time_zone": [("Mars/Olympus", "Mars/Olympus")],
    "complete": FREE,
}


def test_a_bad_value_in_an_import_is_said_and_nothing_can_be_imported(
    sample, gateway, settle, qtbot, store, monkeypatch
) -> None:
    monkeypatch.setattr(options, "PREVIEW_PAUSE_MS", 0)
    dialog = ImportDialog(gateway, [b"KeyPackId,TotalLicenses\n3,250\n"])
    show(dialog, qtbot)
    settle()
    put(dialog.fields["server"], "NEW01")
    before = everything(store)
    assert set(dialog.fields) == set(ASKED)
    for field, values in ASKED.items():
        for value, part in values or ():
            previous = entered(dialog.fields[field])
            put(dialog.fields[field], value)
            dialog.refresh_preview()
            settle()
            texts = " ".join(
                [
                    dialog._errors[field].text(),
                    dialog.refusal.text(),
                    *(row[2] for row in dialog.rows.table.texts._rows),
                ]
            )
            assert part in texts, f"{field} = {value!r}: {texts}"
            assert not dialog.verb.isEnabled()
            assert entered(dialog.fields[field]) == value
            assert everything(store) == before
            put(dialog.fields[field], previous)
