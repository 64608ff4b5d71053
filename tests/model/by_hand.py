"""Licenses entered by hand, and which of the listed ones they turn out to be (cli.md: a later import adopts it)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from model.world import Refused, Thing, World, day, real, same_name

Row = dict[str, Any]


def moment(of: date | None) -> str | None:
    """The stored moment of a local day."""
    return None if of is None else f"{datetime.combine(of, time()).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def add_license(
    world: World, pack: int, today: date, *, computer: str, hardware: str | None, issued: date | None,
    expires: date | None, status: int | None, user: str | None,
) -> int:  # fmt: skip
    of = world.get("pack", pack)
    if of["closed"] is not None:
        raise Refused("the pack is closed")
    if issued is not None and (issued > today or (expires is not None and expires < issued)):
        raise Refused("not a day")
    if status is None:
        status = 1 if of["type"] == 4 else 2
    if status == 1 and expires is None and issued is not None:
        expires = issued + timedelta(days=90)  # 4.1
    one = {"computer": computer, "hardware": hardware, "issued": moment(issued)}
    if any(_may_be(one, other) for other in world.all("license", pack=pack, ended=None).values()):
        raise Refused("the license is known")
    return world.new(
        "license", pack=pack, license_id=None, n=None, user=user, status=status, expires=moment(expires),
        first_issued=one["issued"], ended=None, why=None, by_hand=True, succeeded_by=None, **one,
    )  # fmt: skip


def _may_be(license_: Thing, other: Thing) -> bool:
    """As 4.5 compares them, where only a day is known, or not even that."""
    if real(license_["hardware"]) is not None and real(other["hardware"]) is not None:
        return real(license_["hardware"]) == real(other["hardware"])
    if not (
        license_["computer"] and other["computer"] and same_name(license_["computer"], other["computer"])
    ):
        return False
    return None in (license_["issued"], other["issued"]) or day(license_["issued"]) == day(other["issued"])


def match_by_hand(world: World, pack: int, rows: list[Row]) -> list[tuple[Row, int | None]]:
    """Each row that matches no license by its key, with the license entered by hand that it matches.

    Exactly one candidate stands on each side (4.7); the hardware ID is compared before the name.
    """
    by_hand = world.all("license", pack=pack, ended=None, license_id=None)
    listed = [
        {"computer": row["sIssuedToComputer"], "hardware": row["sHardwareId"], "issued": row["IssueDate"]}
        for row in rows
    ]
    matches: dict[int, int] = {}
    for by_device in (True, False):
        fits = {
            at: [
                n for n, one in by_hand.items()
                if n not in matches.values() and _may_be(one, other)
                and (not by_device or None not in (real(one["hardware"]), real(other["hardware"])))
            ]
            for at, other in enumerate(listed) if at not in matches
        }  # fmt: skip
        matches |= {
            at: numbers[0] for at, numbers in fits.items()
            if len(numbers) == 1 and sum(numbers[0] in others for others in fits.values()) == 1
        }  # fmt: skip
    return [(row, matches.get(at)) for at, row in enumerate(rows)]
