"""What the console shows of the record: the whole lists, and one narrower look of many."""

from __future__ import annotations

from datetime import date, timedelta

from model import lists
from model.license_servers import Pick
from model.lists import Row
from model.world import World

Look = tuple[tuple[str, ...], list[Row]]  # what is typed, what should be shown


def whole(world: World, today: date) -> list[Look]:
    return [
        (("servers", "list"), lists.servers(world)),
        (("key-packs", "list"), lists.packs(world)),
        (("licenses", "list", "--ended"), lists.licenses(world)),
        (("transfer", "list"), lists.transfers(world)),
        (("reissue", "list"), lists.requests(world, today)),
        (("history", "list"), lists.history(world)),
        (("due",), lists.due(world, today, 14)),
    ]


def narrower(world: World, today: date, pick: Pick) -> Look:
    look: Look = pick((_licenses, _licenses, _packs, _due, _request))(world, today, pick)
    return look


def _licenses(world: World, _today: date, pick: Pick) -> Look:
    words, rows = ["licenses", "list"], lists.licenses(world)
    if pick((True, False)):
        words.append("--ended")
    else:
        rows = [row for row in rows if row["Ended"] is None]
    server = pick((None, *sorted(one["name"] for one in world.all("server").values())))
    if server is not None:
        words += ["--server", server]
        rows = [row for row in rows if row["Server"] == server]
    numbers = {row["KeyPackId"] for row in lists.packs(world) if server in (None, row["Server"])} - {None}
    if numbers and pick((True, False)):  # a number that nobody has is refused
        number = pick(sorted(numbers))
        words += ["--key-pack", str(number)]
        rows = [row for row in rows if row["KeyPackId"] == number]
    status, text = pick((None, None, 1, 2, 3, 17)), pick((None, None, "PC1", "aa2", "corp", "NEW"))
    if status is not None:
        words += ["--status", str(status)]
        rows = [row for row in rows if row["LicenseStatus"] == status]
    if text is not None:
        words += ["--search", text]
        names = ("sIssuedToUser", "sIssuedToComputer", "sHardwareId")
        rows = [row for row in rows if any(text.lower() in (row[name] or "").lower() for name in names)]
    return tuple(words), rows


def _packs(world: World, _today: date, pick: Pick) -> Look:
    server = pick(sorted(one["name"] for one in world.all("server").values()))
    return ("key-packs", "list", "--server", server), [
        row for row in lists.packs(world) if row["Server"] == server
    ]


def _due(world: World, today: date, pick: Pick) -> Look:
    within, on = pick((0, 5, 400)), today + timedelta(days=pick((0, -5, 30)))
    return ("due", "--within", str(within), "--on", on.isoformat()), lists.due(world, on, within)


def _request(world: World, today: date, pick: Pick) -> Look:
    rows = lists.requests(world, today)
    if not rows:
        return _due(world, today, pick)
    row = pick(rows)
    return ("reissue", "show", str(row["request"])), [row]
