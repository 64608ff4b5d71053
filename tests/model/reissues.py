"""The model's acts on reissue requests (rules 4.4 and 4.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from model.stock import BLANK, find_server, is_code_recorded, merge
from model.transfers import needs_a_reason, never
from model.world import Refused, Thing, World

NOT_REMOVED = dict.fromkeys(("removal", "removed_on", "removed_by", "backup"))


def open_request(world: World, server: str, same_call: int | None, today: date) -> int:
    of = find_server(world, server)
    if same_call is not None and ("request", same_call) not in world.things:
        raise Refused("no such request")
    if same_call is not None and world.get("request", same_call)["state"] == "withdrawn":
        raise Refused("no call settles a withdrawn request")
    if same_call is not None and world.get("request", same_call)["state"] == "withdrawn":
        raise Refused("no call settles it")
    blank = dict.fromkeys(("quantity", "on", "case", "agent", "pack", "installed"))
    return world.new(
        "request", server=of, state="open", opened=today.isoformat(), same_call=same_call, **blank
    )


def _open(world: World, number: int) -> Thing:
    request = world.get("request", number)
    if request["state"] != "open":
        raise Refused("not open")
    return request


def lines(world: World, number: int, state: str = "collected") -> list[Thing]:
    return list(world.all("line", request=number, state=state).values())


def product(world: World, number: int) -> tuple[Any, Any]:
    pack = world.get("pack", world.get("license", number)["pack"])
    return pack["version"], pack["product_type"]


def add(world: World, number: int, chosen: list[tuple[int, str | None]], *, anyway: bool) -> None:
    request = _open(world, number)
    for license_, computer in chosen:
        thing = world.get("license", license_)
        line = world.line_of(license_)
        if line is not None and line["request"] == number and computer not in (None, line["to"]):
            line["to"] = computer  # it only gets another computer that waits
            continue
        if line is not None or never(world, license_):
            raise Refused("this license cannot be reissued")
        if needs_a_reason(thing) and not anyway:
            raise Refused("asks for a reason")
        if world.get("pack", thing["pack"])["server"] != request["server"]:
            raise Refused("another server")
        if any(product(world, one["license"]) != product(world, license_) for one in lines(world, number)):
            raise Refused("another version or type")
        world.new("line", request=number, license=license_, to=computer, state="collected", **NOT_REMOVED)


def drop(world: World, number: int, licenses: list[int]) -> None:
    _open(world, number)
    for license_ in licenses:
        line = world.line_of(license_)
        if line is None or line["request"] != number:
            raise Refused("not in this request")
        line["state"] = "dropped"


def withdraw(world: World, number: int) -> None:
    _open(world, number)["state"] = "withdrawn"
    for line in lines(world, number):
        line["state"] = "dropped"


def record(
    world: World, number: int, code: str, quantity: int, on: date, named: list[int] | None,
    keypack_id: int | None, today: date, **said: Any,
) -> int:  # fmt: skip
    request = _open(world, number)
    if on > today:
        raise Refused("in the future")
    if is_code_recorded(world, code):
        raise Refused("the code is known")
    collected = lines(world, number)
    retired = collected if named is None else [one for one in collected if one["license"] in named]
    if named is not None and len(retired) < len(named):
        raise Refused("not in this request")
    if quantity < max(1, len(retired)):
        raise Refused("fewer than are retired")
    of: tuple[Any, Any] = product(world, retired[0]["license"]) if retired else (None, None)
    known = None if keypack_id is None else world.pack_of(request["server"], keypack_id)
    first = world.get("pack", world.get("license", retired[0]["license"])["pack"]) if retired else BLANK
    if known is not None:
        pack = world.get("pack", known)
        held = {world.get("license", one["license"])["pack"] for one in retired}
        if not agree(pack, of, quantity) or known in held or pack["code"] is not None:
            raise Refused("the pack does not agree")
    if not retired and known is not None:  # nothing else says what was granted
        first = world.get("pack", known)
        of = first["version"], first["product_type"]
    made = world.new(
        "pack",
        **{**BLANK, "server": request["server"], "keypack_id": None if known else keypack_id, "code": code,
           "origin": "reissue", "request": number, "policy": "one-time", "total": quantity, "version": of[0],
           "product_type": of[1], "type": first["type"], "description": first["description"]},
    )  # fmt: skip
    for one in collected:
        one["state"] = "retired" if one in retired else "dropped"
        one["removal"] = "awaiting" if one in retired else None
    request.update(said, state="recorded", quantity=quantity, on=on.isoformat(), pack=made)
    if known is not None:
        merge(world, made, known)  # the server's pack is adopted
    return made


def agree(pack: Thing, of: tuple[Any, Any], total: int) -> bool:
    """Server, version, type and total (4.7), and claimed by no other request."""
    return (
        pack["request"] is None
        and pack["type"] not in (4, 6, 8)
        and pack["total"] == total
        and of[0] in (None, pack["version"])
        and of[1] in (None, pack["product_type"])
    )


def installed(world: World, number: int, on: date, today: date) -> None:
    request = world.get("request", number)
    if request["state"] not in ("recorded", "installed"):
        raise Refused("not recorded")
    if not date.fromisoformat(request["on"]) <= on <= today:
        raise Refused("not a day on which it could be installed")
    request.update(state="installed", installed=on.isoformat())
    pack = world.get("pack", request["pack"])
    while pack["merged_into"] is not None:
        pack = world.get("pack", pack["merged_into"])
    pack["installed_on"] = on.isoformat()


def correct(world: World, number: int, code: str) -> None:
    request = world.get("request", number)
    if request["state"] not in ("recorded", "installed"):
        raise Refused("not recorded")
    pack = world.get("pack", request["pack"])
    if pack["seen"] is not None or pack["merged_into"] is not None:
        raise Refused("linked")
    if is_code_recorded(world, code) and pack["code"] != code:
        raise Refused("the code is known")
    pack["code"] = code
