"""What holds for every dialog: it can be used without a mouse and without eyes, and Escape leaves it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot
from ui.every_dialog import DIALOGS, show, stock

from tslic_admin.db.store import Store
from tslic_admin.ui.gateway.gateway import Gateway

USABLE = (
    QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QAbstractButton
)  # fmt: skip


@pytest.fixture(params=DIALOGS)
def dialog(
    request: pytest.FixtureRequest, store: Store, gateway: Gateway, settle: Callable[[], None], qtbot: QtBot
) -> Iterator[Any]:
    stock(store)
    dialog = DIALOGS[request.param](gateway)
    show(dialog, qtbot)
    settle()
    assert dialog.isVisible()
    return dialog


def usable(dialog: QWidget) -> Iterator[QWidget]:
    """What a person can use; parts that Qt puts inside of a control answer for it."""
    for widget in dialog.findChildren(QWidget):
        if not isinstance(widget, USABLE) or widget.objectName().startswith("qt_"):
            continue
        part_of = widget.parentWidget()
        while part_of is not dialog and not isinstance(part_of, USABLE):
            part_of = part_of.parentWidget()
        typed = isinstance(widget, QLineEdit) and isinstance(part_of, QComboBox)
        if (part_of is dialog or typed) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget


def test_every_control_has_a_name(dialog: Any) -> None:
    nameless = [
        widget
        for widget in usable(dialog)
        if not widget.accessibleName() and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []


def access_keys(texts: list[str]) -> Counter[str]:
    keys = (re.search(r"&([^&])", text.replace("&&", "")) for text in texts)
    return Counter(key[1].casefold() for key in keys if key)


def test_access_keys_do_not_clash(dialog: Any) -> None:
    """Tabs are one behind the other: what is on one is compared with what is always there."""
    pages = [t.widget(i) for t in dialog.findChildren(QTabWidget) for i in range(t.count())]
    tabs = [t.tabText(i) for t in dialog.findChildren(QTabWidget) for i in range(t.count())]
    labeled = [
        w
        for w in dialog.findChildren(QWidget)
        if isinstance(w, QLabel | QAbstractButton)
        and not w.objectName().startswith("qt_")
        and w is not getattr(dialog, "anyway", None)  # shown only where a rule can be overruled
    ]
    always = [w.text() for w in labeled if not any(page.isAncestorOf(w) for page in pages)]
    for page in pages or [None]:
        here = [w.text() for w in labeled if page is not None and page.isAncestorOf(w)]
        clashes = {key for key, count in access_keys([*always, *tabs, *here]).items() if count > 1}
        assert clashes == set()


def test_enter_is_one_button_and_no_other_takes_it(dialog: Any) -> None:
    default = [button for button in dialog.findChildren(QPushButton) if button.isDefault()]
    assert len(default) == 1
    box = dialog.findChild(QDialogButtonBox)
    cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel is None or not cancel.autoDefault()


def test_escape_leaves_it(dialog: Any, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_it_fits_a_small_screen(dialog: Any) -> None:
    """1024x700, with room for a title bar and a task bar; and half of it, as at 200 %."""
    assert dialog.height() <= 640
    assert dialog.minimumSizeHint().width() <= 500
    assert dialog.minimumSizeHint().height() <= 320
