"""Which temporary licenses were upgraded (rule 4.5): gone or changed, and their device has an active one."""

from __future__ import annotations

from model.world import Thing, World, real, same_name


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
