"""What changed between snapshots, as a plain model over the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tslic_admin.domain.history.differences import change_kind

if TYPE_CHECKING:
    from db.lists.model import Model

Row = dict[str, Any]
CLASSES = {"license": "licenses", "pack": "key-packs"}
# what a person records, what only this program knows, and what follows from another line
SILENT = {
    *("Ended", "Closed", "FirstIssueDate", "ByHand", "SucceededBy", "KeyPack", "KeyPackId", "MergedInto"),
    *("MovedFrom", "Request", "Server", "Origin", "TransferPolicy", "Program", "LicenseKeyPackId", "Number"),
    *("AuthorizationNumber", "InstalledOn", "Reseller", "PurchaseReference", "Notes", "Name", "Rebuilt"),
    *("LicenseServerId", "WindowsVersion", "ConnectionMethod", "Country", "Phone", "Contact"),
}


def changes(model: Model) -> Iterator[Row]:
    """`_taken_of`: the servers of which the import held a list; `_days`: on which those of the owner were taken."""
    taken: dict[int, list[Row]] = {}
    for line in model.of("event_line", kind="snapshot", field=None):
        taken.setdefault(line["entry"], []).append(model.get("snapshot", line["record"]))
    entries = {entry["number"]: entry for entry in model.tables["entry"]}
    for line in model.tables["event_line"]:
        entry = entries[line["entry"]]
        lists = taken.get(entry["voids"] or entry["number"])
        follows = line["field"] in SILENT or (line["field"], line["after"]) == ("EndedWhy", "voided")
        if lists is None or follows or line["kind"] not in ("license", "pack", "server"):
            continue
        issuance = model.get("issuance", line["record"]) if line["kind"] == "license" else None
        pack = issuance["key_pack_id"] if issuance else line["record"]
        owner = line["record"] if line["kind"] == "server" else model.get("key_pack", pack)["server_id"]
        own = [one for one in lists if one["server_id"] == owner]
        of_class = [one["taken_at"] for one in own if one["subject"] == CLASSES.get(line["kind"])]
        yield {
            "number": line["entry"] * 2**40 + line["line"],
            "act": entry["kind"],
            "taken_at": max(of_class or [one["taken_at"] for one in own], default=None),
            "server": model.get("server", owner)["name"],
            "what": change_kind(line["kind"], line["field"], line["before"], line["after"]),
            "computer": issuance and (issuance["computer"] or issuance["user"]),
            **line,
            "_owner": owner,
            "_taken_of": {one["server_id"] for one in lists},
            "_days": [one["taken_at"][:10] for one in own],
        }
