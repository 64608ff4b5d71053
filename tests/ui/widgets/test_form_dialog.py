"""The base of dialogs that act: one act at a time, and errors where the user can see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session
from ui.every_dialog import show

from tslic_admin.domain.outcomes import NeedsReason, RuleViolation
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.widgets.form_dialog import FormDialog


class OneField(FormDialog):
    acts = 0

    def act(self) -> Callable[[Session], ActResult]:
        self.acts += 1
        return lambda _: ActResult(None, Changes.NONE)


@pytest.fixture
def dialog(gateway: Gateway, qtbot: QtBot) -> OneField:
    dialog = OneField(gateway, "Add", "&Add")
    dialog.add_field("name", "&Name:", QLineEdit())
    show(dialog, qtbot)
    return dialog


def test_a_second_enter_acts_no_second_time(dialog: OneField, settle: Callable) -> None:
    dialog.accept()
    dialog.accept()
    assert dialog.acts == 1
    settle()


def test_where_nothing_can_be_done_enter_does_nothing(dialog: OneField) -> None:
    dialog.show_only_refusal()
    dialog.accept()
    assert dialog.acts == 0


def test_the_error_of_a_field_that_is_not_shown_stands_above_the_buttons(dialog: OneField) -> None:
    dialog.show_field("name", False)
    dialog.show_error("name", "It is missing.")
    assert dialog.refusal.isVisible()
    assert dialog.refusal.text() == "It is missing."


def test_an_error_is_read_out_until_the_next_try(dialog: OneField) -> None:
    dialog.show_error("name", "It is missing.")
    assert dialog.fields["name"].accessibleDescription() == "It is missing."
    dialog.clear_refusal()
    assert dialog.fields["name"].accessibleDescription() == ""


@pytest.mark.parametrize("refusal", [RuleViolation("name-missing"), NeedsReason("name-missing")])
def test_only_what_a_reason_overrules_can_be_recorded_anyway(
    dialog: OneField, refusal: RuleViolation
) -> None:
    dialog.show_refusal(refusal)
    assert dialog.anyway.isVisible() == isinstance(refusal, NeedsReason)
