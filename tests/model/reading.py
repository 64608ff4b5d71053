"""How the model reads listings (rule 4.5): compared under their key, in order, vanished where that can be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from model.by_hand import match_by_hand
from model.license_servers import stamp
from model.stock import BLANK, LISTED, merge, new_server
from model.world import Refused, Thing, World, day, real, same_name

Row = dict[str, Any]
OF_LICENSES = {
    "user": "sIssuedToUser", "computer": "sIssuedToComputer", "status": "LicenseStatus", "issued": "IssueDate",
    "expires": "ExpirationDate", "hardware": "sHardwareId",
}  # fmt: skip


@dataclass
class ServerFile:
    """One file: the server that it is of, the class of its rows."""

    server: str
    of: str  # server, packs, licenses
    rows: tuple[Row, ...]


@dataclass
class Reading:
    """What was read: how much was refused, and what it made."""

    refused: int = 0
    new_packs: list[int] = field(default_factory=list)
    new_licenses: list[int] = field(default_factory=list)  # that no list showed before
    known_licenses: list[int] = field(default_factory=list)  # listed again, as they are
    doubted: set[int] = field(default_factory=set)  # packs by hand that are listed otherwise
    taken: list[tuple[int, str]] = field(default_factory=list)  # of which server and class


def read(
    world: World, files: list[ServerFile], taken: datetime, link_packs: Callable[[World, Reading], None],
    *, complete: bool, skip: bool,
) -> Reading:  # fmt: skip
    done = Reading()
    timely = [one for one in files if _is_timely(world, one, stamp(taken))]
    # what an import says of a server is of one machine: where that looks like another, nothing of it is ours
    strange = {world.server(one.server) for one in timely if _is_of_another(world, one)}
    accepted = [one for one in timely if world.server(one.server) not in strange - {None}]
    done.refused += len(files) - len(accepted)
    for of in ("server", "packs", "licenses"):
        for one in [file for file in accepted if file.of == of]:
            if not _take(world, one, stamp(taken), done):
                accepted.remove(one)
        if of == "packs":
            gone = _vanished_packs(world, files, accepted, taken, complete)
            link_packs(world, done)
    if done.refused and not skip:
        raise Refused("something in it is refused")
    licenses = [one for one in accepted if one.of == "licenses"]
    _vanished_licenses(world, licenses, gone, taken, complete)
    for server in {world.server(one.server) for one in licenses} | {
        world.get("pack", one)["server"] for one in gone
    }:
        upgrade(world, server)
    return done


def note_when(world: World, done: Reading, taken: datetime, *, dated: bool) -> None:
    """What was taken when. The same file again writes no entry; one that is said to be newer counts as that (4.5)."""
    at = stamp(taken)
    newest = [_newest(world, *one) for one in done.taken]
    if world.did_something() or (dated and any(one is None or at > one for one in newest)):
        for server, of in done.taken:
            world.new("list", server=server, of=of, taken=at)


def _newest(world: World, server: int, of: str) -> str | None:
    return max((one["taken"] for one in world.all("list", server=server, of=of).values()), default=None)


def _is_timely(world: World, file: ServerFile, at: str) -> bool:
    """Not older than what was applied of this server and class, nor from before it was rebuilt."""
    number = world.server(file.server)
    if number is None:
        return True
    server, newest = world.get("server", number), _newest(world, number, file.of)
    return (server["rebuilt"] is None or str(day(at)) >= server["rebuilt"]) and (
        newest is None or at >= newest
    )


def _is_of_another(world: World, file: ServerFile) -> bool:
    """It looks like a rebuilt or another server: another product ID, or product under a Keypack ID it listed."""
    number = world.server(file.server)
    if number is None or file.of == "licenses":
        return False
    if file.of == "server":
        return world.get("server", number)["product_id"] not in (None, file.rows[0]["ProductId"])
    return any(
        _differs(world, known, row, "description", "product_type", "version")
        for row in file.rows
        if (known := world.known_pack(number, row["KeyPackId"])) is not None
        and world.get("pack", known)["seen"] is not None
    )


def _differs(world: World, pack: int, row: Row, *fields: str) -> bool:
    known = world.get("pack", pack)
    return any(known[name] not in (None, row[LISTED[name]]) for name in fields)


def _take(world: World, file: ServerFile, at: str, done: Reading) -> bool:
    """Whether the list says anything of a known server; what is refused of it is counted."""
    number = world.server(file.server)
    if number is None:
        if file.of == "licenses":  # it has no key packs: nothing is taken, not even its name
            done.refused += len(file.rows)
            return False
        number = new_server(world, file.server)
    server, taken = world.get("server", number), 0
    if file.of == "server":
        server.update(product_id=file.rows[0]["ProductId"], role=file.rows[0]["ServerRole"])
        taken = 1
    elif file.of == "packs":
        taken = sum(_pack(world, number, row, at, done) for row in file.rows)
    else:
        new_rows: dict[int, list[Row]] = {}
        for row in file.rows:
            pack = world.known_pack(number, row["KeyPackId"])
            if pack is None or pack in done.doubted or world.get("pack", pack)["why"] == "moved":
                continue  # import key packs first (one by hand will do); or it is another, or elsewhere now
            world.get("pack", pack).update(closed=None, why=None)  # it is back, where it had vanished
            _license(world, pack, row, at, done, new_rows.setdefault(pack, []))
            taken += 1
        for pack, rows in new_rows.items():
            for row, by_hand in match_by_hand(world, pack, rows):
                done.new_licenses.append(_begin(world, pack, row) if by_hand is None else by_hand)
                if by_hand is not None:
                    world.get("license", by_hand).update(license_id=row["LicenseId"], by_hand=False)
                    _update(world.get("license", by_hand), row)
    done.refused += len(file.rows) - taken
    if taken:
        done.taken.append((number, file.of))
    return True  # what was refused row by row is on the server all the same


def _pack(world: World, server: int, row: Row, at: str, done: Reading) -> bool:
    listed = {name: row[title] for name, title in LISTED.items()}
    number_recorded = world.known_pack(server, row["KeyPackId"])
    recorded = None if number_recorded is None else world.get("pack", number_recorded)
    if recorded is not None and recorded["why"] == "moved":
        return False  # it is on another server now
    if recorded is not None and recorded["seen"] is not None:
        recorded.update(listed, closed=None, why=None)  # it is back, where it had vanished
        return True
    if number_recorded is not None and _differs(
        world, number_recorded, row, "product_type", "version", "total"
    ):
        done.doubted.add(
            number_recorded
        )  # recorded by hand, it may have been mistyped: its row is refused, not the file
        return False
    number = world.new(
        "pack",
        **{**BLANK, **listed, "server": server, "keypack_id": row["KeyPackId"], "origin": "original",
           "policy": "one-time", "seen": at},
    )  # fmt: skip
    if recorded is None or number_recorded is None:
        done.new_packs.append(number)
        return True
    # recorded under this Keypack ID before the server was seen to list it
    for name in ("description", "type", "product_type", "version"):
        if (
            recorded[name] is None
        ):  # the text is silent: what was not known stays known when it is parted again
            recorded[name] = listed[name]
    merge(world, number_recorded, number)
    return True


def is_the_same(one: Thing, row: Row) -> bool:
    """The same real hardware ID, or none and the same computer and issue date (4.5)."""
    recorded_id, listed_id = real(one["hardware"]), real(row["sHardwareId"])
    if recorded_id is not None and listed_id is not None:
        return recorded_id == listed_id
    return _same_computer(one["computer"], row["sIssuedToComputer"]) and one["issued"] == row["IssueDate"]


def _same_computer(one: str | None, other: str | None) -> bool:
    return same_name(one, other) if one and other else not one and not other


def _license(world: World, pack: int, row: Row, at: str, done: Reading, new_rows: list[Row]) -> None:
    under = world.all("license", pack=pack, license_id=row["LicenseId"])
    current = next((n for n, one in under.items() if one["ended"] is None), None)
    if current is not None and not is_the_same(under[current], row):
        under[current].update(ended=str(day(at)), why="replaced")
        current = None
    if current is None:  # what vanished comes back when it is seen again, the one that ended last
        gone = {
            n: one
            for n, one in under.items()
            if one["why"] in ("vanished", "upgraded") and is_the_same(one, row)
        }
        current = max(gone, key=lambda n: (gone[n]["ended"], n), default=None)
        if current is None:
            new_rows.append(row)
            return
        under[current].update(ended=None, why=None, succeeded_by=None)
    done.known_licenses.append(current)
    _update(under[current], row)


def _begin(world: World, pack: int, row: Row) -> int:
    fields = {
        name: row[title] or None if title.startswith("s") else row[title]
        for name, title in OF_LICENSES.items()
    }
    return world.new(
        "license", pack=pack, license_id=row["LicenseId"], n=None, first_issued=fields["issued"], ended=None,
        why=None, by_hand=False, succeeded_by=None, **fields,
    )  # fmt: skip


def _update(one: Thing, row: Row) -> None:
    """An empty cell says nothing."""
    fields = {name: row[title] for name, title in OF_LICENSES.items() if row[title] != ""}
    if real(row["sHardwareId"]) is None and real(one["hardware"]) is not None:
        fields.pop("hardware", None)
    one.update(fields)
    one["first_issued"] = min(one["first_issued"] or row["IssueDate"], row["IssueDate"])


def _vanished_packs(
    world: World, files: list[ServerFile], accepted: list[ServerFile], taken: datetime, complete: bool
) -> list[int]:
    """Those that a complete list lacks; a pack of which licenses are listed is there."""
    gone = []
    for server in {world.server(one.server) for one in accepted if one.of == "packs" and complete}:
        listed = {
            row["KeyPackId"] for one in files if one.of != "server" and world.server(one.server) == server
            for row in one.rows
        }  # fmt: skip
        for number, pack in world.open_packs(server or 0).items():
            if pack["seen"] is not None and pack["keypack_id"] not in listed:
                pack.update(closed=str(taken.astimezone().date()), why="vanished")
                gone.append(number)
    return gone


def _vanished_licenses(
    world: World, lists: list[ServerFile], gone: list[int], taken: datetime, complete: bool
) -> None:
    """Complete, or inside the packs that a list names, or their packs vanished; none that was only recorded by hand."""
    today, judged = str(taken.astimezone().date()), set(gone)
    for one in lists:
        named = {row["KeyPackId"] for row in one.rows}
        judged |= {
            n for n, pack in world.open_packs(world.server(one.server) or 0).items()
            if complete or pack["keypack_id"] in named
        }  # fmt: skip
    for number in judged:
        pack = world.get("pack", number)
        listed = {
            row["LicenseId"] for one in lists if world.server(one.server) == pack["server"]
            for row in one.rows if row["KeyPackId"] == pack["keypack_id"]
        }  # fmt: skip
        for license_ in world.all("license", pack=number, ended=None, by_hand=False).values():
            if license_["license_id"] not in listed:
                license_.update(ended=today, why="vanished")


# which temporary licenses were upgraded (rule 4.5): gone or changed, and their device has an active one


def upgrade(world: World, server: int | None) -> None:
    """After lists of this server were read."""
    of_server = {
        number: one
        for number, one in world.all("license").items()
        if world.get("pack", one["pack"])["server"] == server
    }
    active = {number: one for number, one in of_server.items() if one["status"] == 2 and one["ended"] is None}
    for one in of_server.values():
        if one["status"] == 1 and not one["by_hand"] and one["why"] in ("vanished", "replaced"):
            came = _came_for(one, active)
            if came is not None:
                one.update(why="upgraded", succeeded_by=came)


def _came_for(temporary: Thing, active: dict[int, Thing]) -> int | None:
    """Of the same real hardware ID, the one issued last; else of the same computer, which is the only one."""
    device = real(temporary["hardware"])
    same = {n: one for n, one in active.items() if device is not None and real(one["hardware"]) == device}
    if same:
        return max(same, key=lambda n: (same[n]["issued"] or "", n))
    named = [
        n
        for n, one in active.items()
        if temporary["computer"]
        and one["computer"]
        and same_name(one["computer"], temporary["computer"])
        and None in (device, real(one["hardware"]))
    ]
    return named[0] if len(named) == 1 else None
