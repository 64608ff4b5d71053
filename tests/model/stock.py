"""The model's acts on servers, key packs and licenses by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from model.world import Refused, World, day, same_name

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
        "seen",
        "merged_into",
        "moved_from",
        "gave",
    )
)


# what our own record of a pack hands to the server's
GIVEN = ("origin", "request", "code", "policy", "notes")


def new_server(world: World, name: str, **fields: Any) -> int:
    blank = dict.fromkeys(
        (
            "product_id",
            "role",
            "notes",
            "country",
            "newest_server",
            "newest_packs",
            "newest_licenses",
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
    """Closes its packs and issuances, kept in the records; numbering starts again (4.5)."""
    number = find_server(world, name)
    server, packs = world.get("server", number), world.open_packs(number)
    if not packs and server["product_id"] is None:
        raise Refused("nothing that could be closed")
    issued = [
        day(one["issued"]) for pack in packs for one in world.all("license", pack=pack, ended=None).values()
    ]
    last = max((one for one in (*issued, day(server["rebuilt"])) if one is not None), default=on)
    if on > today or on < last:
        raise Refused("not a day on which it was rebuilt")
    for pack, one in packs.items():
        one.update(closed=on.isoformat(), why="rebuilt")
        for license_ in world.all("license", pack=pack, ended=None).values():
            license_.update(ended=on.isoformat(), why="pack-closed")
    server.update(product_id=None, rebuilt=on.isoformat())
    return number


def add_pack(world: World, server: str, keypack_id: int | None, code: str | None, **fields: Any) -> int:
    of = find_server(world, server)
    if keypack_id is not None and world.pack_of(of, keypack_id) is not None:
        raise Refused("the Keypack ID is known")
    if code is not None and code_known(world, code):
        raise Refused("the code is known")
    given = {"origin": "original", "policy": "one-time", "keypack_id": keypack_id, "code": code, **fields}
    return world.new("pack", server=of, **{**BLANK, **given})


def code_known(world: World, code: str) -> bool:
    """Unique among the unvoided (4.7)."""
    return any(one["code"] == code for one in world.all("pack").values())


def set_pack(world: World, pack: int, **fields: Any) -> None:
    world.get("pack", pack).update(fields)


def add_license(
    world: World,
    pack: int,
    computer: str,
    issued: date | None,
    hardware: str | None,
    today: date,
    **fields: Any,
) -> int:
    if world.get("pack", pack)["closed"] is not None:
        raise Refused("the pack is closed")
    if issued is not None and issued > today:
        raise Refused("in the future")
    for one in world.all("license", pack=pack, ended=None).values():
        if same_name(one["computer"], computer) and (issued is None or day(one["issued"]) in (None, issued)):
            raise Refused("the license is known")
    moment = None if issued is None else issued.isoformat()
    return world.new(
        "license", pack=pack, license_id=None, n=None, user=None, computer=computer, issued=moment,
        first_issued=moment, hardware=hardware, ended=None, why=None, by_hand=True, **fields,
    )  # fmt: skip


def merge(world: World, number: int, other: int) -> None:
    """Our record becomes the server's pack; it can be parted again."""
    mine, theirs = world.get("pack", number), world.get("pack", other)
    before = {name: theirs[name] for name in GIVEN}
    given = {name: mine[name] for name in GIVEN if mine[name] is not None}
    theirs.update(given)
    mine.update(
        keypack_id=None,
        merged_into=other,
        gave={name: (before[name], after) for name, after in given.items()},
    )
    request = None if mine["request"] is None else world.get("request", mine["request"])
    if request is not None and request["state"] == "recorded":
        request["state"] = "installed"
    for license_ in world.all("license", pack=number).values():
        license_.update(pack=other, came_from=number)


def part(world: World, number: int) -> None:
    """Both are again what they were; what was noted at the server's pack since stays."""
    mine = world.get("pack", number)
    theirs = world.get("pack", mine["merged_into"])
    for name, (before, after) in mine["gave"].items():
        if theirs[name] == after:
            theirs[name] = before
    for license_ in world.all("license", pack=mine["merged_into"]).values():
        if license_.get("came_from") == number:
            license_.update(pack=number, came_from=None)
    request = None if mine["request"] is None else world.get("request", mine["request"])
    if request is not None and request["installed"] is None:  # a day that was told by hand stays
        request["state"] = "recorded"
    mine.update(merged_into=None, gave=None)
