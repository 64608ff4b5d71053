"""Every field of every dialog that acts, with a value it cannot take: what it says, and that nothing changed.

The fields come from the dialogs themselves, so that a new one without a line in BAD fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from ui.bad_values import EMPTY, FREE, LONG, NAMES, TOO_LONG, codes, everything
from ui.every_dialog import CODE, DIALOGS, enter, entered, show, stock

from tslic_admin.db.store import Store
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.form_dialog import FormDialog

DAYS = [("malformed", "02.03.2026", "is not a day"), ("never was", "2026-02-30", "is not a day")]


COUNTS = [("malformed", "many", "not a number of licenses"), ("negative", "-2", "not a number of licenses")]
COUNTS += [
    ("fraction", "1.5", "not a number of licenses"),
    ("large", "4294967296", "not a number of licenses"),
]
DIGITS = [("letters", "1234567x", "letters were entered"), ("short", "123", "8 digits|has 8 characters")]

BAD: dict[str, list[tuple[str, str, str]] | None] = {
    "name": NAMES["name"],
    "rename": [*NAMES["name"][:3], ("known", "ts2k", "already recorded, as TS2K")],
    "product_id": [TOO_LONG],
    "license_server_id": codes(35),
    "windows_version": FREE,
    "role": FREE,
    "activation": FREE,
    "connection_method": FREE,
    "country": [TOO_LONG],
    "phone": [TOO_LONG],
    "company": [TOO_LONG],
    "contact": [TOO_LONG],
    "notes": [TOO_LONG],
    "server": [("missing", EMPTY, "server is missing")],
    "program": FREE,
    "number": DIGITS,
    "authorization_number": codes(15),
    "product_version_id": [("missing", EMPTY, "product version is missing")],
    "product_type": [("missing", EMPTY, "license type is missing")],
    "total": [("missing", EMPTY, "number of licenses is missing"), *COUNTS],
    "installed_on": [*DAYS, ("future", "2026-03-03", "lies in the future")],
    "expires_at": DAYS,
    "keypack_id": [(what, value, "no Keypack ID") for what, value, _ in COUNTS],
    "license_key_pack_id": codes(35),
    "transfer_policy": FREE,
    "reseller": [TOO_LONG],
    "purchase_ref": [TOO_LONG],
    "reason": [("missing", EMPTY, "reason is missing")],
    "pack": [("missing", EMPTY, "key pack is missing")],
    "computer": NAMES["name"][:3],
    "user": [TOO_LONG],
    "status": FREE,
    "issued_at": [*DAYS, ("future", "2026-03-03", "lies in the future")],
    "hardware_id": [("text", LONG, "cannot be a hardware ID")],
}
ALSO = {
    ("install", "keypack_id"): [("known", "3", "already recorded, as DC01.corp.example/3")],
    ("install", "license_key_pack_id"): [("known", CODE, "already recorded, for DC01.corp.example/3")],
}
# a field that keeps what is recorded while it is empty, or a choice that has no empty text there
NOT_EMPTY = {("pack", "product_version_id"), ("pack", "product_type")}

GOOD = {
    "add-server": {"name": "NEW01"},
    "server": {"notes": "changed", "reason": "because"},
    "install": {"product_version_id": "4", "product_type": "0", "total": "5", "program": "open"},
    "add-license": {"computer": "OLD9"},
    "pack": {"notes": "changed", "reason": "because"},
}


@pytest.fixture
def dialog(name: str, store: Store, gateway: Gateway, settle: Callable[[], None], qtbot: QtBot) -> FormDialog:
    stock(store)
    dialog = DIALOGS[name](gateway)
    show(dialog, qtbot)
    settle()
    for field, value in GOOD[name].items():
        enter(dialog.fields[field], value)
    return dialog


def cases(name: str, dialog: FormDialog) -> Iterator[tuple[str, str, str]]:
    """Every field that the dialog has, with each of its bad values and what is said of it."""
    for field, widget in dialog.fields.items():
        if BAD[field] is FREE:
            assert isinstance(widget, QComboBox), f"{name}: anything can be typed into {field}"
            assert not widget.isEditable()
        for _, value, part in [*(BAD[field] or ()), *ALSO.get((name, field), ())]:
            if not (value == EMPTY and (name, field) in NOT_EMPTY):
                yield field, value, part


@pytest.mark.parametrize("name", GOOD)
def test_a_bad_value_is_refused_at_its_field_and_nothing_changes(
    name: str, dialog: FormDialog, store: Store, settle: Callable[[], None]
) -> None:
    before = everything(store)
    for field, value, part in cases(name, dialog):
        good = entered(dialog.fields[field])
        enter(dialog.fields[field], value)
        dialog.accept()
        settle()
        what = f"{name}: {field} = {value[:40]!r}"
        error = dialog._errors[field]
        assert dialog.isVisible(), f"{what} was taken"
        assert error.isVisible(), f"{what} is refused elsewhere: {dialog.refusal.text()}"
        assert any(one in error.text() for one in part.split("|")), f"{what}: {error.text()}"
        assert [other for other, label in dialog._errors.items() if label.isVisible()] == [field], what
        assert not dialog.refusal.isVisible(), what
        assert entered(dialog.fields[field]) == value, f"{what} was not kept"
        assert everything(store) == before, f"{what} changed something"
        enter(dialog.fields[field], good)
