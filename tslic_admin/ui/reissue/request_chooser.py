"""Dialogs that choose a reissue request, an open or a new one, to collect licenses or to record a call; opens its worksheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from tslic_admin.domain.catalogue.licenses import LICENSES, LicenseLine
from tslic_admin.domain.catalogue.reissues import REISSUES, RequestLine
from tslic_admin.domain.catalogue.servers import SERVERS, ServerLine
from tslic_admin.domain.licenses.packs import version_family
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult, Changes
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.services.reissue import requests
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.widgets.fields import choice
from tslic_admin.ui.widgets.form_dialog import FormDialog
from tslic_admin.wording.values import version_and_type

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NEW_REQUEST = "new"


@dataclass(frozen=True, slots=True)
class _RequestChoices:
    """`requests`: the open ones; if a license is to join one, only those that it fits into."""

    servers: tuple[ServerLine, ...]
    requests: tuple[RequestLine, ...]


def _is_compatible(request: RequestLine, license_row: LicenseLine) -> bool:
    """A request contains CALs of one version and type (rule 4.7); an empty one takes any."""
    return request.product_type is None or (
        request.product_type == license_row.product_type
        and version_family(request.product_version_id) == version_family(license_row.product_version_id)
    )


class _RequestChooser(FormDialog):
    """Chooses an open request or a new one; opens the worksheet when that is done."""

    def __init__(self, gateway: Gateway, title: str, verb: str, parent: QWidget | None) -> None:
        super().__init__(gateway, title, verb, parent)
        self.acted.connect(self._open_worksheet)

    def load(
        self, server_id: int | None, then: Callable[[_RequestChoices], None], license_id: int | None = None
    ) -> None:
        path, now = self.gateway.path, self.gateway.now

        def query() -> _RequestChoices:
            servers = tuple(every_row(path, now, ListSpec(SERVERS)))
            requests = every_row(path, now, ListSpec(REISSUES, server_id=server_id))
            open_requests = [row for row in requests if row.state == "open"]
            if license_id is not None:
                spec = ListSpec(LICENSES, record_id=license_id, ended=True)
                for license_row in every_row(path, now, spec):
                    open_requests = [row for row in open_requests if _is_compatible(row, license_row)]
            return _RequestChoices(servers, tuple(open_requests))

        self.read(query, then)

    def _open_worksheet(self, result: ActResult) -> None:
        worksheet = open_worksheet(self.gateway, result.record or 0, self.parentWidget())
        worksheet.show_notices(result.notices)


class CollectDialog(_RequestChooser):
    """*Add to Reissue Request*: all selected licenses or none, into an open request or a new one."""

    def __init__(
        self, gateway: Gateway, licenses: list[int], server_id: int, parent: QWidget | None = None
    ) -> None:
        count = len(licenses)
        verb = f"&Add {count} License{'s' if count != 1 else ''}"
        super().__init__(gateway, "Add to Reissue Request", verb, parent)
        self._license_ids, self._server_id = licenses, server_id
        self.request: QComboBox = choice({NEW_REQUEST: "A new request"})
        self.to = QLineEdit()
        self.to.setPlaceholderText("can also be said later, in the worksheet")
        self.add_field("request", "Reissue re&quest:", self.request)
        self.add_field("to", "&Needed by computer:", self.to)
        self.show_field("to", count == 1)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.explain(
            "The licenses stay where they are until the call is recorded. A request holds licenses of one server, "
            "one product version and one type, and can wait for days or weeks."
        )
        self.load(server_id, self._fill_requests, licenses[0])

    def _fill_requests(self, choices: _RequestChoices) -> None:
        for row in choices.requests:
            self.request.addItem(_request_text(row), row.number)
        if choices.requests:
            self.request.setCurrentIndex(1)

    def act(self) -> Callable[[Session], ActResult]:
        chosen, licenses, server = self.request.currentData(), self._license_ids, self._server_id
        typed, anyway = self.typed("to", "reason"), self.anyway.isChecked()

        def act(session: Session) -> ActResult:
            reason = typed["reason"]
            if chosen == NEW_REQUEST:
                result = requests.open_request(session, lookup.get_server(session, server), reason=reason)
                request = lookup.find_request(session, result.record or 0)
            else:
                request = lookup.find_request(session, int(chosen))
            pairs = [(lookup.get_issuance(session, number), typed.get("to")) for number in licenses]
            return requests.collect(session, request, pairs, reason=reason, anyway=anyway)

        return act


class PhoneReissueDialog(_RequestChooser):
    """*Record Phone Reissue*: go on with an open request, or open one for a server."""

    def __init__(self, gateway: Gateway, server_id: int | None, parent: QWidget | None = None) -> None:
        super().__init__(gateway, "Record Phone Reissue", "&Open Worksheet", parent)
        self._server_id = server_id
        self.request: QComboBox = choice({NEW_REQUEST: "A new request"})
        self.server: QComboBox = choice({})
        self.add_field("request", "Reissue re&quest:", self.request)
        self.add_field("server", "&Server:", self.server)
        self.add_field("reason", "&Reason:", QLineEdit())
        self.request.currentIndexChanged.connect(self._show_fields_of_new_request)
        self.load(None, self._fill)

    def _fill(self, choices: _RequestChoices) -> None:
        if not choices.servers:
            self.server.addItem("No server is recorded yet", None)
        for server in choices.servers:
            self.server.addItem(server.name, server.number)
        self.server.setCurrentIndex(max(0, self.server.findData(self._server_id)))
        for row in choices.requests:
            self.request.addItem(_request_text(row), row.number)
        index = next((n for n, row in enumerate(choices.requests, 1) if row.server_id == self._server_id), 0)
        self.request.setCurrentIndex(index)
        self._show_fields_of_new_request()

    def _show_fields_of_new_request(self) -> None:
        new = self.request.currentData() == NEW_REQUEST
        self.show_field("server", new)
        self.show_field("reason", new)

    def accept(self) -> None:
        if self.request.currentData() == NEW_REQUEST:
            super().accept()
            return
        self.succeeded(ActResult(None, Changes.NONE, record=int(self.request.currentData())))

    def act(self) -> Callable[[Session], ActResult]:
        server, reason = self.server.currentData(), self.typed("reason").get("reason")

        def act(session: Session) -> ActResult:
            if server is None:
                raise RuleViolation("field-missing", field="server")
            return requests.open_request(session, lookup.get_server(session, server), reason=reason)

        return act


def _request_text(row: RequestLine) -> str:
    text = f"Reissue {row.number}, {row.server}, {row.licenses} collected"
    if row.product_type is None:
        return text
    return f"{text}, {version_and_type(row.product_version_id, row.product_type)}"


def open_worksheet(gateway: Gateway, number: int, window: QWidget | None) -> ReissueDialog:
    """Show the worksheet of a request; one that is open already comes to the front."""
    for dialog in window.findChildren(ReissueDialog) if window is not None else ():
        if dialog.number == number and not dialog.is_gone:
            dialog.show_again()
            return dialog
    dialog = ReissueDialog(gateway, number, window)
    navigate = getattr(window, "navigate", None)
    if navigate is not None:
        dialog.navigate.connect(navigate)
    dialog.show()
    return dialog


def collect_selected(
    gateway: Gateway, licenses: list[int], server_id: int, window: QWidget | None
) -> CollectDialog:
    """Ask where the selected licenses are to be collected."""
    dialog = CollectDialog(gateway, licenses, server_id, window)
    dialog.open()
    return dialog


def record_phone_reissue(
    gateway: Gateway, server_id: int | None, window: QWidget | None
) -> PhoneReissueDialog:
    """Ask which request the call is about."""
    dialog = PhoneReissueDialog(gateway, server_id, window)
    dialog.open()
    return dialog
