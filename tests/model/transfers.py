"""The model's acts on transfers (rules 4.2, 4.4, 4.6) and on the removal that follows them."""

from __future__ import annotations

from datetime import date, timedelta

from model.world import Refused, Thing, World, day, same_name


def needs_a_reason(license_: Thing) -> bool:
    """Rule 4.4: a status that is not clear."""
    return license_["status"] not in (1, 2, 3, 4)


def never(world: World, number: int) -> bool:
    """Rule 4.4: temporary, of a built-in pool, revoked, given up: neither moved nor reissued."""
    license_ = world.get("license", number)
    pack = world.get("pack", license_["pack"])
    moved = world.transfer_of(number)
    return (
        license_["status"] in (1, 4)
        or pack["type"] in (4, 6, 8)
        or pack["product_type"] == 3
        or (moved is not None and world.get("transfer", moved)["linked"] is not None)
    )


def ended(license_: Thing, today: date) -> bool:
    """Expired, vanished, replaced on the server (4.4)."""
    expires = day(license_["expires"])
    return license_["ended"] is not None or (expires is not None and expires < today)


def mark(
    world: World, number: int, to: str, on: date, today: date, *, anyway: bool, needs_none: bool = False
) -> int:
    license_ = world.get("license", number)
    policy = world.get("pack", license_["pack"])["policy"]
    if never(world, number) or world.get("pack", license_["pack"])["product_type"] == 1:
        raise Refused("this license is never transferred")
    if world.line_of(number) is not None:
        raise Refused("collected or retired")
    unclear = needs_a_reason(license_) or ended(license_, today) or needs_none
    if unclear and not anyway:
        raise Refused("asks for a reason")
    last = world.transfer_of(number)
    last = world.received(number) if last is None else last
    before = None if last is None else world.get("transfer", last)
    since = day(license_["first_issued"]) if before is None else day(before["on"])
    issued = day(license_["first_issued"])
    if on > today or (issued is not None and on < issued) or (since is not None and on < since):
        raise Refused("not a day on which it could move")
    if same_name(world.holder(number), to):
        raise Refused("it is there already")
    if policy == "not-transferable" or (policy == "one-time" and before is not None):
        raise Refused("the policy")
    if policy == "after-90-days" and since is not None and on < since + timedelta(days=90):
        raise Refused("the policy")
    return world.new(
        "transfer", license=number, to=to, on=on.isoformat(), policy=policy, previous=last, linked=None,
        removal="awaiting", removed_on=None, removed_by=None, backup=False, **{"from": world.holder(number)},
    )  # fmt: skip


def fits(world: World, transfer: Thing, number: int) -> bool:
    """Could this be the new computer's own license? (4.6)"""
    license_, old = world.get("license", number), world.get("license", transfer["license"])
    pack, old_pack = world.get("pack", license_["pack"]), world.get("pack", old["pack"])
    issued = day(license_["issued"])
    return (
        number != transfer["license"]
        and pack["server"] == old_pack["server"]
        and pack["version"] == old_pack["version"]
        and pack["product_type"] == 0
        and pack["type"] not in (4, 6, 8)
        and license_["status"] != 1
        and issued is not None
        and issued >= date.fromisoformat(transfer["on"])
        and world.received(number) is None
        and world.transfer_of(number) is None
    )


def link(world: World, number: int, license_: int | None) -> None:
    if ("transfer", number) not in world.things:
        raise Refused("voided or unknown")
    transfer = world.get("transfer", number)
    if license_ is not None and license_ == transfer["linked"]:
        return
    if world.all("transfer", previous=number):
        raise Refused("a later transfer builds on it")
    if license_ is not None and world.line_of(transfer["license"]) is not None:
        raise Refused("what the computer gets is of the reissue")
    if license_ is not None and not fits(world, transfer, license_):
        raise Refused("it cannot be the one that was received")
    transfer["linked"] = license_


def removed(
    thing: Thing, given_up: str, on: date | None, by: str | None, today: date, *, backup: bool
) -> None:
    """Recorded for a transfer or a retired license; `on` None: its removal is not intended."""
    if on is None:
        thing.update(removal="not-intended", removed_on=None, removed_by=None, backup=False)
        return
    if not date.fromisoformat(given_up) <= on <= today:
        raise Refused("not a day on which it could be removed")
    thing.update(removal="removed", removed_on=on.isoformat(), removed_by=by, backup=backup)
