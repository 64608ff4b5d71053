"""The ways to the removal of a license: from a transfer, from a license, from a row of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtWidgets import QWidget

from tslic_admin.services.removal_kits import GivenUpThing, given_up, given_up_by
from tslic_admin.ui.gateway import Gateway

if TYPE_CHECKING:
    from tslic_admin.ui.removal_dialog import RemovalDialog
    from tslic_admin.ui.removal_kit_dialog import RemovalKitDialog


def open_for(
    dialog: type[RemovalKitDialog | RemovalDialog],
    gateway: Gateway,
    kind: str,
    number: int,
    parent: QWidget,
) -> None:
    """Look up what gave a license up, then open a dialog for it. `kind`: license, transfer or collected."""
    path, now = gateway.path, gateway.now

    def query() -> GivenUpThing | None:
        found = given_up_by(path, now, number) if kind == "license" else (kind, number)
        return given_up(path, now, *found) if found is not None else None

    def show(thing: GivenUpThing | None) -> None:
        if thing is not None and shiboken6.isValid(parent):
            dialog(gateway, thing, parent).open()

    gateway.read(query, show)
