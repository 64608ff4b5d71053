"""Which of ours is which of theirs (rules 4.6 and 4.7): packs that became listed, licenses that were received."""

from __future__ import annotations

from typing import Any

from model.reading import Reading
from model.stock import GIVEN, NOTHING, is_listed, merge, part
from model.transfers import fits
from model.world import Refused, Thing, World, same_name


def link_packs(world: World, done: Reading) -> None:
    """In an import: linked only where exactly one candidate stands on each side."""
    ours = {
        number: [
            *(other for other in done.new_packs if _may_be(world, number, other)),
            *(other for other in _unclaimed(world, number, done) if _may_be(world, number, other)),
        ]
        for number in world.all("pack", closed=None, merged_into=None, keypack_id=None)
    }
    for number, theirs in ours.items():
        if (
            len(theirs) == 1
            and theirs[0] in done.new_packs
            and sum(theirs[0] in others for others in ours.values()) == 1
        ):
            merge(world, number, theirs[0])


def _unclaimed(world: World, number: int, done: Reading) -> list[int]:
    """Listed before, since ours was opened or recorded, and nothing more is known of it: it may be ours too."""
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
        and all(pack[name] in NOTHING for name in GIVEN)
    ]


def _may_be(world: World, number: int, other: int, *unknown: None) -> bool:
    """Server, version, type and total agree. `unknown`: None where one who links may know more than we."""
    mine, theirs = world.get("pack", number), world.get("pack", other)
    return (
        mine["server"] == theirs["server"]
        and mine["total"] == theirs["total"]
        and mine["version"] in (*unknown, theirs["version"])
        and mine["product_type"] in (*unknown, theirs["product_type"])
        and theirs["type"] not in (4, 6, 8)
        and theirs["request"] is None
    )


def link_transfers(world: World, done: Reading) -> None:
    """The new computer's own license, when a list first shows it (4.6)."""
    wanted = {
        number: [one for one in (*done.new_licenses, *done.known_licenses) if _received(world, transfer, one)]
        for number, transfer in world.all("transfer", linked=None).items()
        if not world.all("transfer", previous=number) and world.line_of(transfer["license"]) is None
    }
    for number, found in wanted.items():
        if (
            len(found) == 1
            and found[0] in done.new_licenses
            and sum(found[0] in others for others in wanted.values()) == 1
        ):
            world.get("transfer", number)["linked"] = found[0]


def _received(world: World, transfer: Thing, license_: int) -> bool:
    computer = world.get("license", license_)["computer"]
    return same_name(computer, transfer["to"]) and fits(world, transfer, license_)


def link_request(world: World, number: int, keypack_id: int | None) -> int:
    """The pack that the request has now, our own where it was parted."""
    request = world.get("request", number)
    if request["state"] not in ("recorded", "installed"):
        raise Refused("not recorded")
    mine: Any = world.get("pack", request["pack"])
    if keypack_id is None:
        if mine["merged_into"] is None:
            raise Refused("not linked")
        part(world, request["pack"])
        return int(request["pack"])
    other = world.pack_of(request["server"], keypack_id)
    if other is not None and other == request["pack"]:
        return other  # it was recorded under this number: nothing changes until the server lists it
    if other is None or world.get("pack", other)["seen"] is None:
        raise Refused("the server has no such pack")
    if mine["merged_into"] == other:
        return other
    theirs = world.get("pack", other)
    if theirs["request"] is not None or not _may_be(world, request["pack"], other, None):
        raise Refused("it does not agree")
    if mine["merged_into"] is None and is_listed(world, request["pack"]):
        raise Refused("it is listed under another number")
    if mine["merged_into"] is not None:
        part(world, request["pack"])
    merge(world, request["pack"], other)
    return other
