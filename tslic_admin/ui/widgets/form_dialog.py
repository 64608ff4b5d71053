"""The base of dialogs that act: fields with their errors, one verb button, the act on the write worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.outcomes import NeedsReason, RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.ui.gateway.error_boxes import refusal_sentence
from tslic_admin.ui.gateway.gateway import Gateway, Refusal
from tslic_admin.ui.gateway.jobs import Job
from tslic_admin.ui.gateway.progress import ProgressLine
from tslic_admin.ui.widgets.act_runner import ActRunner
from tslic_admin.ui.widgets.field_form import FieldForm, focus_field
from tslic_admin.ui.widgets.fields import ErrorLabel, FieldArea, text_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")
TITLE_BAR = 40


class FormDialog(QDialog):
    """Subclasses add fields, set the verb, and return the act from `act`; `acted` is emitted after the commit.

    `doing`: the verb of an act that may take minutes, such as *Importing*; a progress line follows it then.
    """

    acted = Signal(object)  # ActResult
    doing = ""  # the verb of the progress line, such as *Writing*; empty: a waiting text instead of the line
    trouble_field: str | None = None  # the field that trouble with a file is shown at

    def __init__(self, gateway: Gateway, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.gateway = gateway
        self._field_form = FieldForm()
        self.form, self.fields, self._errors = (
            self._field_form.form,
            self._field_form.fields,
            self._field_form.errors,
        )
        self.intro = QLabel()
        self.intro.setWordWrap(True)
        self.intro.hide()
        content = QWidget()
        self.content = QVBoxLayout(content)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.addLayout(self.form)
        self.content.addStretch(1)
        self.area = FieldArea(content)
        self.refusal = ErrorLabel()
        self.waiting = QLabel(self.tr("Waiting for another change to the store… Cancel leaves all as it is."))
        self.waiting.hide()
        self.progress = ProgressLine()
        self.runner = ActRunner(gateway, self, None if self.doing else self.waiting)
        self.runner.refused.connect(self.act_refused)
        self.runner.busy_changed.connect(self.set_busy)
        self.anyway = QCheckBox(self.tr("Record &anyway, for the reason given"))
        self.anyway.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.verb = QPushButton(verb)
        self.buttons.addButton(self.verb, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.body = QVBoxLayout(self)
        self.body.addWidget(self.intro)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self.refusal)
        self.body.addWidget(self.waiting)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.anyway)
        self.body.addWidget(self.buttons)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.verb.setDefault(True)  # works only after the button was added to the dialog

    # building

    def explain(self, text: str) -> None:
        """Show at the top what the dialog is about and what will be true afterwards."""
        self.intro.setText(text)
        self.intro.show()

    def add_field(self, name: str, label: str, widget: QWidget, form: QFormLayout | None = None) -> QWidget:
        """Add a field by the name of its service parameter; its error is shown below it."""
        self._field_form.add(name, label, widget, form=form)
        return widget

    def show_field(self, name: str, visible: bool) -> None:
        """Show or hide a field; its text is kept."""
        self._field_form.show(name, visible)
        if self.isVisible():
            self._grow()

    def typed(self, *names: str) -> dict[str, str]:
        """The texts of the named fields, or of all; hidden fields are left out."""
        return self._field_form.typed(*names)

    def read(
        self,
        query: Callable[[], T],
        then: Callable[[T], None],
        refused: Callable[[Refusal], None] | None = None,
    ) -> None:
        """Run a query on the read worker while the dialog stays usable."""
        self.gateway.read(query, then, refused, owner=self)

    def read_rows(self, spec: ListSpec[R], then: Callable[[list[R]], None]) -> None:
        """Read a whole list, such as what a field offers."""
        path, now = self.gateway.path, self.gateway.now
        self.read(lambda: list(every_row(path, now, spec)), then)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()
        if (first := self.first_field()) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_field(self) -> QWidget | None:
        """Where typing begins: the first field that is empty."""
        usable = (field for field in self.fields.values() if field.isVisible() and field.isEnabled())
        return next(filter(_is_empty, usable), None)

    # acting

    def act(self) -> Callable[[Session], ActResult]:
        """The service call with what was typed. It runs on the write worker and must touch no widget.

        A long one reports to `runner.job.progress`, and must get that before it runs.
        """
        raise NotImplementedError

    def succeeded(self, result: ActResult) -> None:
        """After the commit: close. Subclasses may show what comes next instead."""
        self.acted.emit(result)
        super().accept()

    def accept(self) -> None:
        if not self.runner.is_running and not self.verb.isHidden():
            self.clear_refusal()
            self.runner.do(self.act(), self.succeeded)

    def reject(self) -> None:
        if not self.runner.cancel():
            super().reject()

    def watched_job(self) -> Job:
        """A job for an act that reports its progress; the progress line follows it."""
        job = Job(self.gateway)
        self.progress.watch(job, self.doing)
        return job

    def act_refused(self, refusal: Refusal) -> None:
        """Show what prevented an act. Subclasses may bring the dialog up to date first."""
        self.show_refusal(refusal)

    def set_busy(self, busy: bool) -> None:
        self.verb.setEnabled(not busy)

    # refusals

    def show_only_refusal(self) -> None:
        """Hide the fields and the verb: no input can make the act possible."""
        for hidden in (self.intro, self.area, self.verb, self.anyway):
            hidden.hide()
        for name in self.fields:
            self.show_field(name, False)
        self.show_close_button()

    def clear_refusal(self) -> None:
        self.refusal.hide()
        self._field_form.clear_errors()
        self._measure()

    def show_refusal(self, refusal: Refusal) -> None:
        """Show what a rule refused, or trouble with a file, below its field or above the buttons."""
        if isinstance(refusal, NeedsReason):
            self.anyway.show()
        field = refusal.field if isinstance(refusal, RuleViolation) else self.trouble_field
        self.show_error(field, refusal_sentence(refusal))

    def show_close_button(self) -> None:
        """Nothing is left to do here: Cancel becomes Close, and has the focus."""
        close = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        close.setText(self.tr("Close"))
        close.setDefault(True)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, field: str | None, sentence: str) -> None:
        """Show an error below its field, or above the buttons if the dialog does not show that field."""
        widget = self._field_form.show_error(field, sentence)
        if field is None or widget is None:
            self.refusal.show_sentence(sentence)
            self._grow()
            return
        self._show_tab_of(widget)
        self._grow()
        focus_field(widget, self._errors[field])
        if isinstance(widget, QLineEdit):
            widget.selectAll()

    def _show_tab_of(self, widget: QWidget) -> None:
        """Switch to the tab that contains a field."""
        for tabs in self.findChildren(QTabWidget):
            for page in (tabs.widget(i) for i in range(tabs.count())):
                if page is not None and page.isAncestorOf(widget):
                    tabs.setCurrentWidget(page)

    def _measure(self) -> None:
        """Have the layouts between the fields and the dialog ask for their sizes again."""
        for area in self.findChildren(FieldArea):
            part: QWidget | None = area
            while part is not None and part is not self:
                part.updateGeometry()
                part = part.parentWidget()
        self.body.invalidate()
        self.body.activate()

    def _grow(self) -> None:
        """Grow to what is shown now, as far as the screen allows; never shrink below the user's size."""
        self._measure()
        room = self.screen().availableGeometry()
        hint = self.sizeHint()
        width = min(max(self.width(), hint.width()), room.width())
        height = min(max(self.height(), hint.height()), room.height() - TITLE_BAR)
        self.resize(width, height)
        frame = self.frameGeometry()
        self.move(
            max(room.left(), min(frame.left(), room.right() - width)),
            max(room.top(), min(frame.top(), room.bottom() - height - TITLE_BAR)),
        )


def _is_empty(widget: QWidget) -> bool:
    """Whether a field is empty and can be typed into."""
    if isinstance(widget, QLineEdit | QPlainTextEdit) and widget.isReadOnly():
        return False
    return not text_of(widget).strip()
