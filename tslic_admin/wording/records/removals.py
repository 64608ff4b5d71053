"""What the removal of a license from its old client does and does not do (KB 187614, KB 315262; rule 4.9)."""

from __future__ import annotations

from tslic_admin.domain.records.removals import RemovalKit

EXPORT_FIRST = (
    "Export the key first (1-backup). Without a backup in the same folder, 2-remove deletes nothing."
)
DELETES_ENTRY = (
    "Deleting {entry} removes one license. Other licenses of this client and its hardware ID stay."
)
DELETES_KEY = (
    "Deleting the whole key also drops the hardware ID: to the license server the client then looks like a new "
    "device, with a new temporary license and a second row on the server."
)
NO_CONNECTION = "The client cannot connect any more without receiving a new license."
FIRST_CONNECTION = (
    "Windows Vista and later: the next connection must be made once as administrator. A normal user cannot create "
    "the key again and would meet “An Error occurred in the Licensing Protocol”."
)
SERVER_KEEPS_RECORD = (
    "The license server's own record of the issued license stays until it expires; nothing here changes it."
)
BOTH_REGISTRY_VIEWS = (
    "32-bit clients on 64-bit Windows keep their licenses under Wow6432Node: both places are looked at."
)
OTHER_CLIENTS = (
    "Macintosh: the file /Users/Shared/Microsoft/RDC Crucial Server Information. FreeRDP: the files "
    "licenses/*.cal in its configuration folder. Move them away instead."
)


def removal_effects(kit: RemovalKit) -> tuple[str, ...]:
    """Everything that has to be said about this kit, in the order in which it matters."""
    what = DELETES_KEY if kit.store_entry is None else DELETES_ENTRY.format(entry=kit.store_entry)
    views = (BOTH_REGISTRY_VIEWS,) if len(kit.views) > 1 else ()
    return (EXPORT_FIRST, what, NO_CONNECTION, FIRST_CONNECTION, SERVER_KEEPS_RECORD, *views, OTHER_CLIENTS)


REMOVAL_STEPS = (
    "Start 1-backup as administrator on the old client.",
    "Look at the list of licenses that it prints.",
    "Start 2-remove as administrator and answer YES.",
    "Connect once as administrator, where the client is still used.",
    "Copy the exported .reg to where evidence is kept, and record the removal in tslic-admin with it.",
    "If something went wrong: start 3-restore as administrator.",
)
