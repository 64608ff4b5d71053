"""The list of transfers."""

from __future__ import annotations

from tslic_admin.domain.catalogue.transfers import TRANSFER, TRANSFERS, TransferLine
from tslic_admin.domain.licenses.references import ended_reference, license_reference, pack_reference
from tslic_admin.wording.lists.columns import Column, field_column
from tslic_admin.wording.lists.machine import Machine, MachineForm, row_license_reference, row_pack_reference
from tslic_admin.wording.lists.words import ConsoleTable, ListWords, TreeEntry, WholeList, icon_unless_voided
from tslic_admin.wording.values import REMOVALS


def _linked_reference(row: TransferLine) -> str | None:
    """The reference of the license that the new computer got; None if it is not known."""
    if row.linked_issuance_id is None or row.linked_server is None or row.linked_pack_id is None:
        return None
    pack = pack_reference(row.linked_server, row.linked_keypack_id, row.linked_pack_id)
    reference = license_reference(pack, row.linked_license_id, row.linked_issuance_id)
    return ended_reference(reference, row.linked_issued_at) if row.linked_ended_on else reference


def transfer_item(row: TransferLine) -> Machine:
    """A transfer in machine form, for files and the console."""
    return {
        "transfer": row.number,
        "license": row_license_reference(row),
        "from": row.from_computer,
        "to": row.to_computer,
        "on": row.on_day,
        "policy": row.policy,
        "previous": row.previous_id,
        "linked": _linked_reference(row),
        "removal": row.removal,
        "voided_by": row.voided_by,
    }


def _removal_text(row: TransferLine) -> str:
    """The state of the removal; empty where a voided transfer left it open: nothing is to be removed then."""
    awaited = row.removal == "awaiting"
    return "" if awaited and row.voided_by is not None else REMOVALS[row.removal]


def _number(row: TransferLine) -> str:
    return f"Transfer {row.number}" + ("" if row.voided_by is None else ", voided")


def _license(row: TransferLine) -> str:
    return license_reference(row_pack_reference(row), row.license_id, row.issuance_id)


TRANSFER_WORDS = ListWords(
    kind=TRANSFERS,
    title="Transfers",
    noun=("transfer", "transfers"),
    sort=("number", True),
    empty="No transfer is marked.\nSelect an issued license and mark its one-time transfer.",
    columns=(
        Column("number", "Transfer", _number, width=18, icon=icon_unless_voided("transfer")),
        field_column(TRANSFER, "from_computer", width=18),
        field_column(TRANSFER, "to_computer", width=18),
        field_column(TRANSFER, "on_day"),
        Column("removal", "Removal", _removal_text, width=36),
        Column("place", "License", _license, width=16),
        field_column(TRANSFER, "policy", "Transfer Policy", width=20),
        field_column(TRANSFER, "client_system", width=24, hidden=True),
        field_column(TRANSFER, "host_version", width=20, hidden=True),
        field_column(TRANSFER, "need", width=16, hidden=True),
        field_column(TRANSFER, "reason", width=30),
        Column("voided_by", "Voided By", lambda row: row.voided_by, width=9),
    ),
    tree=TreeEntry("Transfers", "transfer"),
    whole=WholeList("All transfers", ended=True),
    console=ConsoleTable(
        columns=(
            *("number", "place", "from_computer", "to_computer", "on_day", "policy", "removal", "voided_by"),
        ),
        nothing="No transfers are recorded.",
    ),
    machine=MachineForm(
        ("transfer", "license", "from", "to", "on", "policy", "previous", "linked", "removal", "voided_by"),
        lambda row, _: transfer_item(row),
    ),
)
