"""How the model reads listings (rule 4.5): compared under their key, in order, vanished where that can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from model.license_servers import stamp
from model.stock import BLANK, LISTED, merge, new_server
from model.world import Refused, Thing, World, day, real, same_name

Row = dict[str, Any]
OF_LICENSES = {
    "user": "sIssuedToUser", "computer": "sIssuedToComputer", "status": "LicenseStatus", "issued": "IssueDate",
    "expires": "ExpirationDate", "hardware": "sHardwareId",
}  # fmt: skip


@dataclass
class Given:
    """One file: the server that it is of, the class of its rows."""

    server: str
    of: str  # server, packs, licenses
    rows: tuple[Row, ...]


@dataclass
class Reading:
    """What was read: how much was refused, and what it made."""

    refused: int = 0
    new_packs: list[int] = field(default_factory=list)
    new_licenses: list[int] = field(default_factory=list)
    known_licenses: list[int] = field(default_factory=list)  # listed again, as they are


def read(world: World, files: list[Given], taken: datetime, *, complete: bool, skip: bool) -> Reading:
    done = Reading()
    accepted = [one for one in _in_order(files) if _take(world, one, taken, done)]
    if done.refused and not skip:
        raise Refused("something in it is refused")
    for number in {n for one in accepted if (n := world.server(one.server)) is not None}:
        _vanish(
            world, number, [one for one in accepted if world.server(one.server) == number], taken, complete
        )
    return done


def _in_order(files: list[Given]) -> list[Given]:
    return sorted(files, key=lambda one: ("server", "packs", "licenses").index(one.of))


def _take(world: World, given: Given, taken: datetime, done: Reading) -> bool:
    number = world.server(given.server)
    if number is None:
        if (
            given.of == "licenses"
        ):  # it has no key packs: every row is refused, and nothing of the server is taken
            done.refused += len(given.rows)
            return False
        number = new_server(world, given.server)
    server, at = world.get("server", number), stamp(taken)
    newest = server[f"newest_{given.of}"]
    before = server["rebuilt"] is not None and str(day(at)) < server["rebuilt"]
    if before or (newest is not None and at < newest):
        done.refused += 1  # older than what was applied of this server and class
        return False
    if given.of == "server":
        listed = given.rows[0]["ProductId"]
        if server["product_id"] not in (None, listed):
            done.refused += 1  # it looks like a rebuilt or another server
            return False
        server.update(product_id=listed, role=given.rows[0]["ServerRole"])
    elif given.of == "packs":
        if any(_is_another(world, number, row) and _listed_before(world, number, row) for row in given.rows):
            done.refused += 1
            return False
        taken = False
        for row in given.rows:
            if not _listed_before(world, number, row) and _is_another(world, number, row, "total"):
                done.refused += 1
            else:
                taken = True
                _pack(world, number, row, at, done)
        if not taken:
            return True  # nothing of it was applied, but it was there
    else:
        seen = False
        for row in given.rows:
            pack = world.pack_of(number, row["KeyPackId"])
            if pack is None or world.get("pack", pack)["seen"] is None:
                done.refused += 1  # import key packs first
            else:
                seen = True
                _license(world, pack, row, at, done)
        if not seen:
            return False
    server[f"newest_{given.of}"] = at
    return True


def _listed_before(world: World, server: int, row: Row) -> bool:
    """What was only recorded by hand may have been mistyped: its row is refused, not the file."""
    known = world.pack_of(server, row["KeyPackId"])
    return known is None or world.get("pack", known)["seen"] is not None


def _is_another(world: World, server: int, row: Row, *more: str) -> bool:
    """Another product code, type or version ID under a known Keypack ID (4.5)."""
    known = world.pack_of(server, row["KeyPackId"])
    pack = {} if known is None else world.get("pack", known)
    fields = ("description", "product_type", "version", *more)
    return any(pack.get(name) not in (None, row[LISTED[name]]) for name in fields)


def _pack(world: World, server: int, row: Row, at: str, done: Reading) -> None:
    said = {name: row[title] for name, title in LISTED.items()}
    known = world.pack_of(server, row["KeyPackId"])
    if known is None:
        known = next(
            iter(world.all("pack", server=server, keypack_id=row["KeyPackId"], why="vanished")), None
        )
        if known is not None:  # it is back
            world.get("pack", known).update(closed=None, why=None)
    if known is None or world.get("pack", known)["seen"] is None:
        number = world.new(
            "pack",
            **{**BLANK, **said, "server": server, "keypack_id": row["KeyPackId"], "origin": "original",
               "policy": "one-time", "seen": at},
        )  # fmt: skip
        if known is None:
            done.new_packs.append(number)
        else:  # recorded under this Keypack ID before the server was seen to list it
            mine = world.get("pack", known)
            for name in ("description", "type", "product_type", "version"):
                if (
                    mine[name] is None
                ):  # the text is silent: what was not known stays known when it is parted again
                    mine[name] = said[name]
            merge(world, known, number)
        return
    world.get("pack", known).update(said)


def is_the_same(one: Thing, row: Row) -> bool:
    """The same real hardware ID, or none and the same computer and issue date (4.5)."""
    mine, theirs = real(one["hardware"]), real(row["sHardwareId"])
    if mine is not None and theirs is not None:
        return mine == theirs
    return _same_computer(one["computer"], row["sIssuedToComputer"]) and day(one["issued"]) == day(
        row["IssueDate"]
    )


def _same_computer(one: str | None, other: str | None) -> bool:
    return same_name(one, other) if one and other else not one and not other


def _license(world: World, pack: int, row: Row, at: str, done: Reading) -> None:
    said = {
        name: row[title] or None if name in ("user", "computer", "hardware") else row[title]
        for name, title in OF_LICENSES.items()
    }
    under = world.all("license", pack=pack, license_id=row["LicenseId"])
    current = next((one for one in under.values() if one["ended"] is None), None)
    if current is not None and not is_the_same(current, row):
        current.update(ended=str(day(at)), why="replaced")
        current = None
    elif current is None:
        last = max((n for n, one in under.items()), default=None)
        if (
            last is not None
            and under[last]["why"] in ("vanished", "upgraded")
            and is_the_same(under[last], row)
        ):
            current = under[last]
            current.update(ended=None, why=None)
    if current is None:
        number = world.new(
            "license", pack=pack, license_id=row["LicenseId"], n=None, first_issued=said["issued"], ended=None,
            why=None, by_hand=False, **said,
        )  # fmt: skip
        done.new_licenses.append(number)
        return
    done.known_licenses.append(next(n for n, one in under.items() if one is current))
    if real(said["hardware"]) is None:
        said["hardware"] = current["hardware"]
    current.update(said)
    current["first_issued"] = min(current["first_issued"] or said["issued"], said["issued"])


def _vanish(world: World, server: int, files: list[Given], taken: datetime, complete: bool) -> None:
    """Complete, or inside the packs that a list names; nothing that was only recorded by hand.

    A list says nothing of the other class: packs vanish where packs were listed, licenses where licenses were.
    """
    today = str(taken.astimezone().date())
    licenses = [row for one in files if one.of == "licenses" for row in one.rows]
    listed = {(row["KeyPackId"], row["LicenseId"]) for row in licenses}
    named = {pack for pack, _ in listed}
    packs = {row["KeyPackId"] for one in files if one.of == "packs" for row in one.rows}
    for number, pack in world.open_packs(server).items():
        if licenses and (complete or pack["keypack_id"] in named):
            for one in world.all("license", pack=number, ended=None, by_hand=False).values():
                if (pack["keypack_id"], one["license_id"]) not in listed:
                    one.update(ended=today, why="vanished")
        if complete and packs and pack["seen"] is not None and pack["keypack_id"] not in packs:
            pack.update(closed=today, why="vanished")
