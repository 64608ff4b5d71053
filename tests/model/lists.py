"""What the console's lists show of the model (cli.md, JSON)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from model.world import Thing, World, day, same_name

Row = dict[str, Any]
NO_END = date(2035, 12, 31)
PACK_COLUMNS = (
    "KeyPackId", "Description", "KeyPackType", "ProductType", "ProductVersionID", "TotalLicenses", "IssuedLicenses",
    "AvailableLicenses", "ExpirationDate", "Server", "Pack", "Origin", "Request", "TransferPolicy", "Closed",
    "LicenseKeyPackId", "Notes", "Reseller", "InstalledOn",
)  # fmt: skip


def _masked(secret: str | None) -> str | None:
    return None if secret is None else f"…{secret[-5:]}"


def servers(world: World) -> list[Row]:
    rows = []
    for number, one in world.all("server").items():
        rows.append(
            {"Name": one["name"], "ProductId": one["product_id"], "ServerRole": one["role"], "Notes": one["notes"],
             "Country": one["country"], "Phone": one["phone"], "Contact": one["contact"],
             "Activation": one["activation"], "KeyPacks": len(world.open_packs(number))}
        )  # fmt: skip
    return rows


def packs(world: World) -> list[Row]:
    return [_pack(world, number) for number in world.all("pack", merged_into=None)]


def _pack(world: World, number: int) -> Row:
    pack = world.get("pack", number)
    return {
        "KeyPackId": pack["keypack_id"], "Description": pack["description"], "KeyPackType": pack["type"],
        "ProductType": pack["product_type"], "ProductVersionID": pack["version"], "TotalLicenses": pack["total"],
        "IssuedLicenses": pack["issued"], "AvailableLicenses": pack["available"],
        "ExpirationDate": pack["expires"], "Server": world.get("server", pack["server"])["name"],
        "Pack": world.pack_text(number), "Origin": pack["origin"], "Request": pack["request"],
        "TransferPolicy": pack["policy"], "Closed": pack["closed"], "LicenseKeyPackId": _masked(pack["code"]),
        "Notes": pack["notes"], "Reseller": pack["reseller"], "InstalledOn": pack["installed_on"],
    }  # fmt: skip


def licenses(world: World) -> list[Row]:
    rows = []
    for number, one in world.all("license").items():
        pack = world.get("pack", one["pack"])
        rows.append(
            {"LicenseId": one["license_id"], "KeyPackId": pack["keypack_id"], "sIssuedToUser": one["user"],
             "sIssuedToComputer": one["computer"], "LicenseStatus": one["status"], "IssueDate": one["issued"],
             "ExpirationDate": one["expires"], "sHardwareId": one["hardware"],
             "Server": world.get("server", pack["server"])["name"], "Holder": world.holder(number),
             "Record": _record(world, number), "Ended": one["ended"]}
        )  # fmt: skip
    return rows


def _record(world: World, license_: int) -> Row | None:
    line = world.line_of(license_)
    if line is not None:
        return {
            "state": line["state"],
            "request": line["request"],
            "to": line["to"],
            "removal": line["removal"],
        }
    moved, received = world.transfer_of(license_), world.received(license_)
    if moved is not None:
        transfer = world.get("transfer", moved)
        return {
            "state": "transferred",
            "transfer": moved,
            "to": transfer["to"],
            "removal": transfer["removal"],
        }
    if received is not None:
        transfer = world.get("transfer", received)
        return {"state": "received", "transfer": received, "from": transfer["from"], "removal": None}
    return None


def transfers(world: World) -> list[Row]:
    rows = []
    live = {number: (one, None) for number, one in world.all("transfer").items()}
    for number, (one, voided_by) in sorted({**live, **world.gone}.items()):
        linked = one["linked"]
        rows.append(
            {"transfer": number, "license": world.license_text(one["license"]), "from": one["from"], "to": one["to"],
             "on": one["on"], "policy": one["policy"], "previous": one["previous"],
             "linked": None if linked is None else world.license_text(linked), "removal": one["removal"],
             "voided_by": voided_by}
        )  # fmt: skip
    return rows


def cover(world: World, computer: str) -> date | None:
    """The latest expiry among a computer's temporary licenses on all servers (4.7)."""
    days = [
        day(one["expires"])
        for one in world.all("license").values()
        if one["status"] == 1 and same_name(one["computer"], computer)
    ]
    return max((one for one in days if one is not None), default=None)


def held(world: World, request: int) -> list[Thing]:
    return [line for line in world.all("line", request=request).values() if line["state"] != "dropped"]


def call_before(world: World, request: int, today: date) -> date | None:
    """The earliest cover that is not over (4.7)."""
    covers = [cover(world, line["to"]) for line in held(world, request) if line["to"]]
    return min((one for one in covers if one is not None and one >= today), default=None)


def requests(world: World, today: date) -> list[Row]:
    rows = []
    for number, one in world.all("request").items():
        before = call_before(world, number, today) if one["state"] == "open" else None
        lines = [
            {"license": world.license_text(line["license"]), "to": line["to"],
             "covered_until": _text(cover(world, line["to"]) if line["to"] else None), "removal": line["removal"]}
            for line in held(world, number)
        ]  # fmt: skip
        pack = one["pack"]
        while pack is not None and world.get("pack", pack)["merged_into"] is not None:
            pack = world.get("pack", pack)["merged_into"]
        rows.append(
            {"request": number, "server": world.get("server", one["server"])["name"], "state": one["state"],
             "call_before": _text(before), "licenses": sorted(lines, key=str), "quantity": one["quantity"],
             "on": one["on"], "case": one["case"], "agent": one["agent"],
             "keypack": None if pack is None else _pack(world, pack), "same_call_as": one["same_call"]}
        )  # fmt: skip
    return rows


def due(world: World, on: date, within: int) -> list[Row]:
    """Temporary licenses of waiting clients, packs that end, open requests, what waits (cli.md)."""
    rows = []
    for line in world.all("line").values():
        request = world.get("request", line["request"])
        if line["state"] != "dropped" and line["to"] and request["state"] in ("open", "recorded"):
            rows.append(("temporary", cover(world, line["to"]), line["to"]))
        if line["state"] == "retired" and line["removal"] == "awaiting":
            rows.append(("removal", day(request["on"]), world.license_text(line["license"])))
    for number, pack in world.all("pack", closed=None, merged_into=None).items():
        end = day(pack["expires"])
        if end is not None and end < NO_END:
            rows.append(("key-pack", end, world.pack_text(number)))
    for number, request in world.all("request").items():
        if request["state"] == "open":
            before = call_before(world, number, on) or day(request["opened"])
            rows.append(("request", before, f"Reissue {number}"))
        if request["state"] == "recorded":
            rows.append(("install", day(request["on"]), f"Reissue {number}"))
    rows += [
        ("removal", day(one["on"]), world.license_text(one["license"]))
        for one in world.all("transfer", removal="awaiting").values()
    ]
    until = on + timedelta(days=within)
    return [
        {"kind": kind, "date": str(when), "subject": subject}
        for kind, when, subject in rows
        if when is not None and when <= until
    ]


def history(world: World) -> list[Row]:
    return [
        {"entry": one.number, "kind": one.kind, "effective_on": one.on, "reason": one.reason,
         "voided_by": one.voided_by}
        for one in world.entries
    ]  # fmt: skip


def _text(of: date | None) -> str | None:
    return None if of is None else of.isoformat()
