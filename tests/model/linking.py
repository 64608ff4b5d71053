"""Which recorded pack or transfer is which listed pack or license (rules 4.6 and 4.7)."""

from __future__ import annotations

from typing import Any

from model.reading import Reading
from model.stock import NOTHING, RECORD_FIELDS, is_listed, merge, part
from model.transfers import fits
from model.world import Refused, Thing, World, same_name


def link_packs(world: World, done: Reading) -> None:
    """In an import: linked only where exactly one candidate stands on each side."""
    candidates = {
        number: [
            *(other for other in done.new_packs if _may_be(world, number, other)),
            *(other for other in _unclaimed(world, number, done) if _may_be(world, number, other)),
        ]
        for number in world.all("pack", closed=None, merged_into=None, keypack_id=None)
    }
    for number, packs in candidates.items():
        if (
            len(packs) == 1
            and packs[0] in done.new_packs
            and sum(packs[0] in others for others in candidates.values()) == 1
        ):
            merge(world, number, packs[0])


def _unclaimed(world: World, number: int, done: Reading) -> list[int]:
    """Packs listed since the request was opened or the pack recorded, of which nothing else is recorded: they may match too."""
    request = world.get("pack", number)["request"]
    since = world.made["pack", number] if request is None else world.made["request", request]
    lost_from = {
        world.get("license", line["license"])["pack"]
        for line in world.all("line", request=request, state="retired").values()
    }
    return [
        other
        for other, pack in world.all("pack", closed=None, merged_into=None).items()
        if other not in (*done.new_packs, *lost_from)
        and pack["seen"] is not None
        and pack["seen"] >= since
        and all(pack[name] in NOTHING for name in RECORD_FIELDS)
    ]


def _may_be(world: World, number: int, other: int, *unknown: None) -> bool:
    """Server, version, type and total agree. `unknown`: None where one who links may know more than we."""
    recorded, listed = world.get("pack", number), world.get("pack", other)
    return (
        recorded["server"] == listed["server"]
        and recorded["total"] == listed["total"]
        and recorded["version"] in (*unknown, listed["version"])
        and recorded["product_type"] in (*unknown, listed["product_type"])
        and listed["type"] not in (4, 6, 8)
        and listed["request"] is None
    )


def link_transfers(world: World, done: Reading) -> None:
    """The new computer's own license, when a list first shows it (4.6)."""
    candidates = {
        number: [one for one in (*done.new_licenses, *done.known_licenses) if _received(world, transfer, one)]
        for number, transfer in world.all("transfer", linked=None).items()
        if not world.all("transfer", previous=number) and world.line_of(transfer["license"]) is None
    }
    for number, licenses in candidates.items():
        if (
            len(licenses) == 1
            and licenses[0] in done.new_licenses
            and sum(licenses[0] in others for others in candidates.values()) == 1
        ):
            world.get("transfer", number)["linked"] = licenses[0]


def _received(world: World, transfer: Thing, license_: int) -> bool:
    computer = world.get("license", license_)["computer"]
    return same_name(computer, transfer["to"]) and fits(world, transfer, license_)


def link_request(world: World, number: int, keypack_id: int | None) -> int:
    """The pack that the request has now, our own where it was parted."""
    request = world.get("request", number)
    if request["state"] not in ("recorded", "installed"):
        raise Refused("not recorded")
    recorded: Any = world.get("pack", request["pack"])
    if keypack_id is None:
        if recorded["merged_into"] is None:
            raise Refused("not linked")
        part(world, request["pack"])
        return int(request["pack"])
    other = world.pack_of(request["server"], keypack_id)
    if other is not None and other == request["pack"]:
        return other  # it was recorded under this number: nothing changes until the server lists it
    if other is None or world.get("pack", other)["seen"] is None:
        raise Refused("the server has no such pack")
    if recorded["merged_into"] == other:
        return other
    listed = world.get("pack", other)
    if listed["request"] is not None or not _may_be(world, request["pack"], other, None):
        raise Refused("it does not agree")
    if recorded["merged_into"] is None and is_listed(world, request["pack"]):
        raise Refused("it is listed under another number")
    if recorded["merged_into"] is not None:
        part(world, request["pack"])
    merge(world, request["pack"], other)
    return other
