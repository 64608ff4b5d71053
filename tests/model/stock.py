"""The model's acts on servers, key packs and licenses by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from model.world import Refused, Thing, World, day, same_name

POLICIES = ("one-time", "after-90-days", "not-transferable")
LISTED = {
    "description": "Description", "type": "KeyPackType", "product_type": "ProductType",
    "version": "ProductVersionID", "total": "TotalLicenses", "issued": "IssuedLicenses",
    "available": "AvailableLicenses", "expires": "ExpirationDate",
}  # fmt: skip
BLANK = dict.fromkeys(
    (
        "keypack_id",
        "n",
        *LISTED,
        "request",
        "closed",
        "why",
        "code",
        "notes",
        "reseller",
        "installed_on",
        "seen",
        "merged_into",
        "moved_from",
        "gave",
        "had_id",
    )
)


# what our own record of a pack hands to the server's
RECORD_FIELDS = ("origin", "request", "moved_from", "code", "policy", "notes", "reseller", "installed_on")
NOTHING = (None, "original", "one-time")


def new_server(world: World, name: str, **fields: Any) -> int:
    blank = dict.fromkeys(
        (
            "product_id",
            "role",
            "notes",
            "country",
            "phone",
            "contact",
            "activation",
            "rebuilt",
        )
    )
    return world.new("server", name=name, **{**blank, **fields})


def add_server(world: World, name: str, **fields: Any) -> int:
    if world.server(name) is not None:
        raise Refused("the name is taken")
    return new_server(world, name, **fields)


def find_server(world: World, name: str) -> int:
    number = world.server(name)
    if number is None:
        raise Refused("no such server")
    return number


def set_server(world: World, name: str, rename: str | None, **fields: Any) -> int:
    number = find_server(world, name)
    if rename is not None:
        if any(same_name(one["name"], rename) for n, one in world.all("server").items() if n != number):
            raise Refused("the name is taken")
        fields["name"] = rename
    world.get("server", number).update(fields)
    return number


def rebuilt(world: World, name: str, on: date, today: date) -> int:
    """Closes its packs and issuances, kept in the records; numbering starts again (4.5).

    Not what was first seen after that day: it is of the new machine; nor a reissued set that is yet to come.
    """
    number = find_server(world, name)
    server, stood = world.get("server", number), []
    for n, pack in world.all("pack", server=number, merged_into=None).items():
        if is_to_come(world, pack) and not is_listed(world, n):
            pack.update(keypack_id=None)
        elif _there_since(world, pack) <= on:
            stood.append(n)
    held = [n for n in stood if world.get("pack", n)["closed"] is None]
    if not held and server["product_id"] is None:
        raise Refused("nothing that could be closed")
    issued = [day(one["issued"]) for n in held for one in world.all("license", pack=n, ended=None).values()]
    last = max((one for one in (*issued, day(server["rebuilt"])) if one is not None), default=on)
    if on > today or on < last:
        raise Refused("not a day on which it was rebuilt")
    for n in stood:
        if world.get("pack", n)["why"] == "vanished":
            world.get("pack", n)["why"] = "rebuilt"  # it comes back no more
    close(world, held, on, "rebuilt")
    server.update(product_id=None, rebuilt=on.isoformat())
    return number


def _there_since(world: World, pack: Thing) -> date:
    """The first day on which it was there by all that was told; the first of all where nothing was."""
    return min(
        (one for name in ("seen", "installed_on") if (one := day(pack[name])) is not None), default=date.min
    )


def is_to_come(world: World, pack: Thing) -> bool:
    """A reissued set that is recorded and not yet on the server."""
    request = None if pack["request"] is None else world.get("request", pack["request"])
    return request is not None and request["state"] == "recorded" and pack["seen"] is None


def close(world: World, packs: list[int], on: date, why: str) -> None:
    for number in packs:
        world.get("pack", number).update(closed=on.isoformat(), why=why)
        for license_ in world.all("license", pack=number, ended=None).values():
            license_.update(ended=on.isoformat(), why="pack-closed")


def move(world: World, source: int, target: int, on: date, today: date) -> int:
    """A migration (4.5): of one version and type, to an open pack that is of no other origin."""
    source_pack, target_pack = world.get("pack", source), world.get("pack", target)
    if source == target or world.all("pack", moved_from=source, merged_into=None):
        raise Refused("to itself, or a second time")
    if target_pack["closed"] is not None or target_pack["origin"] != "original":
        raise Refused("not a pack that it could be moved to")
    if any(len({source_pack[name], target_pack[name]} - {None}) > 1 for name in ("version", "product_type")):
        raise Refused("another version or type")
    issued = [day(one["issued"]) for one in world.all("license", pack=source, ended=None).values()]
    if on > today or (source_pack["closed"] is None and any(one is not None and one > on for one in issued)):
        raise Refused("not a day on which it was moved")
    if source_pack["closed"] is None:
        close(world, [source], on, "moved")
    elif source_pack["why"] == "vanished":
        source_pack.update(closed=on.isoformat(), why="moved")
    target_pack.update(origin="migration", moved_from=source)
    return target


def add_pack(
    world: World, server: str, keypack_id: int | None, code: str | None, today: date, **fields: Any
) -> int:
    of = find_server(world, server)
    if fields["installed_on"] is not None and fields["installed_on"] > today.isoformat():
        raise Refused("in the future")
    if keypack_id is not None and world.pack_of(of, keypack_id) is not None:
        raise Refused("the Keypack ID is known")
    if code is not None and is_code_recorded(world, code):
        raise Refused("the code is known")
    values = {"origin": "original", "policy": "one-time", "keypack_id": keypack_id, "code": code, **fields}
    return world.new("pack", server=of, **{**BLANK, **values})


def is_code_recorded(world: World, code: str) -> bool:
    """Unique among the unvoided (4.7)."""
    return any(one["code"] == code for one in world.all("pack").values())


def set_pack(world: World, pack: int, **fields: Any) -> int:
    """The pack that it is then: a number that the server lists makes it that one (4.7)."""
    one = world.get("pack", pack)
    if one["seen"] is not None and fields.keys() & {"keypack_id", "total"}:
        raise Refused("the server says it")
    other = world.pack_of(one["server"], fields.get("keypack_id", one["keypack_id"]) or 0)
    one.update(fields)
    if other in (None, pack):
        return pack
    listed = world.get("pack", other or 0)
    agree = all(
        one[name] == listed[name] and one[name] is not None for name in ("version", "product_type", "total")
    )
    if listed["seen"] is None or one["request"] is not None or listed["request"] is not None or not agree:
        raise Refused("the server has another pack there")
    if listed["code"] not in (None, one["code"]) or is_listed(world, pack):
        raise Refused("of another code, or another number")
    merge(world, pack, other or 0)
    return other or 0


def merge(world: World, number: int, other: int) -> None:
    """Our record becomes the server's pack; it can be parted again."""
    recorded, listed = world.get("pack", number), world.get("pack", other)
    before = {name: listed[name] for name in RECORD_FIELDS}
    added = {
        name: recorded[name]
        for name in RECORD_FIELDS
        if recorded[name] not in NOTHING and listed[name] in NOTHING  # what was told of the other stays
    }
    listed.update(added)
    numbered = recorded["keypack_id"] == listed["keypack_id"]  # what it has is the server's by its number
    recorded.update(
        keypack_id=None,
        had_id=None if numbered else recorded["keypack_id"],
        merged_into=other,
        gave={name: (before[name], after) for name, after in added.items()},
    )
    request = None if recorded["request"] is None else world.get("request", recorded["request"])
    if request is not None and request["state"] == "recorded":
        request["state"] = "installed"
    for license_ in world.all("license", pack=number).values():
        license_.update(pack=other, came_from=None if numbered else number)


def is_listed(world: World, pack: int) -> bool:
    """Its server listed licenses of it under its own number."""
    return bool(world.all("license", pack=pack, by_hand=False))


def part(world: World, number: int) -> None:
    """Both are again what they were; what was noted at the server's pack since stays."""
    recorded = world.get("pack", number)
    listed = world.get("pack", recorded["merged_into"])
    for name, (before, after) in recorded["gave"].items():
        if listed[name] == after:
            listed[name] = before
    for license_ in world.all("license", pack=recorded["merged_into"]).values():
        if license_.get("came_from") == number:
            license_.update(pack=number, came_from=None)
    request = None if recorded["request"] is None else world.get("request", recorded["request"])
    if request is not None and request["installed"] is None:  # a day that was told by hand stays
        request["state"] = "recorded"
    free = recorded["had_id"] is not None and world.pack_of(recorded["server"], recorded["had_id"]) is None
    recorded.update(merged_into=None, gave=None, keypack_id=recorded["had_id"] if free else None, had_id=None)
