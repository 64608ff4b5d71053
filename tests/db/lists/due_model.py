"""The list of what is due, put together by hand from all tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.records.due import is_overdue

if TYPE_CHECKING:
    from db.lists.model import Model

Row = dict[str, Any]


def due(model: Model) -> Iterator[Row]:
    """Every row with its number and its columns."""
    for what, kind, thing, own, day, since, facts in _all(model):
        if day is None:
            continue
        server = model.get("server", facts.pop("server_id"))
        blank = dict.fromkeys(("computer", "other", "request_id", "licenses"))
        yield {
            "number": what * 2**40 + own,
            "kind": kind,
            "day": str(day),
            "server": server["name"],
            "server_id": server["id"],
            "thing": thing,
            "since": int(since),
            "past": int(day < model.today),
            "overdue": int(is_overdue(day, model.today, since=since)),
            **blank,
            **facts,
        }


def _all(model: Model) -> Iterator[tuple[int, str, str, int, date | None, bool, Row]]:
    for c in model.tables["collected"]:
        q = model.get("reissue_request", c["request_id"])
        waiting = c["state"] != "dropped" and c["to_computer"] and q["state"] in ("open", "recorded")
        about = {"server_id": q["server_id"], "request_id": q["id"], "thing_id": q["id"]}
        if waiting:
            who = {"subject": c["to_computer"], "computer": c["to_computer"]}
            yield (
                1,
                "temporary",
                "request",
                c["id"],
                day_of(model.cover(c["to_computer"])),
                False,
                about | who,
            )
        if c["state"] == "retired" and c["removal"] == "awaiting":
            issuance = model.get("issuance", c["issuance_id"])
            moves = [
                t["to_computer"] for t in model.of("transfer", issuance_id=issuance["id"], voided_by=None)
            ]
            who = {
                "server_id": model.get("key_pack", issuance["key_pack_id"])["server_id"],
                "subject": model.reference(issuance),
                "computer": moves[-1] if moves else issuance["computer"] or issuance["user"],
            }
            yield 6, "removal", "request", c["id"], date.fromisoformat(q["recorded_on"]), True, about | who
    for p in model.tables["key_pack"]:
        ends = day_of(p["expires_at"])
        if model.is_open(p) and not never_expires(ends):
            about = {"server_id": p["server_id"], "subject": model.pack_reference(p), "licenses": p["total"]}
            yield 2, "key-pack", "pack", p["id"], ends, False, about | {"thing_id": p["id"]}
    for q in model.tables["reissue_request"]:
        about = {"server_id": q["server_id"], "request_id": q["id"], "thing_id": q["id"]}
        about |= {"subject": f"Reissue {q['id']}"}
        if q["state"] == "open":
            before = day_of(model.call_before(q["id"]))
            day = before or date.fromisoformat(q["opened_on"])
            held = len(model.of("collected", request_id=q["id"], state="collected"))
            yield 3, "request", "request", q["id"], day, before is None, about | {"licenses": held}
        if q["state"] == "recorded":
            call = date.fromisoformat(q["recorded_on"])
            yield 4, "install", "request", q["id"], call, True, about | {"licenses": q["quantity"]}
    for t in model.of("transfer", removal="awaiting", voided_by=None):
        issuance = model.get("issuance", t["issuance_id"])
        pack = model.get("key_pack", issuance["key_pack_id"])
        who = {"computer": t["from_computer"], "other": t["to_computer"], "thing_id": t["id"]}
        about = {"server_id": pack["server_id"], "subject": model.reference(issuance)}
        yield 5, "removal", "transfer", t["id"], date.fromisoformat(t["on_day"]), True, about | who
