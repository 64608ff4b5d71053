"""The lists as a plain model over the tables: what every row of every list must be. No SQL beyond SELECT *."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from db.lists.changes_model import changes
from db.lists.due_model import due

from tslic_admin.db.lists.pages import LIST_QUERIES
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.clocks import day_of
from tslic_admin.domain.codes import mask_code
from tslic_admin.domain.licenses.packs import UNLIMITED, is_purchased, shortage
from tslic_admin.domain.names import same_name

Row = dict[str, Any]
# sorts that are not just a column
SORTS = {
    ("licenses", "record"): ("record", "record_number"),
    ("temporary", "record"): ("record", "record_number"),
    ("licenses", "place"): ("server", "keypack_id", "no_license_id", "license_id"),
    ("temporary", "place"): ("server", "keypack_id", "no_license_id", "license_id"),
    ("key-packs", "version"): ("product_version_id", "product_type"),
    ("key-packs", "keypack_id"): ("server", "no_keypack_id", "keypack_id"),
    ("key-packs", "origin"): ("origin", "request_id"),
    ("due", "day"): ("day", "kind", "subject"),
    ("due", "text"): ("kind", "computer", "subject"),
    ("reissues", "version"): ("product_version_id", "product_type"),
    ("transfers", "place"): ("server", "keypack_id", "no_license_id", "license_id"),
    ("events", "change"): ("field", "after"),
    ("events", "number"): ("entry", "number"),
    ("found", "what"): ("_what", "name"),
    **dict.fromkeys((("changes", sort) for sort in ("number", "entry", "taken_at")), ("entry", "line")),
    ("changes", "subject"): ("kind", "reference"),
    ("changes", "change"): ("field", "after"),
}
NO_CASE = {
    ("collected", "computer"),
    ("licenses", "computer"),
    ("licenses", "user"),
    ("temporary", "computer"),
    ("temporary", "user"),
}
SEARCHED = {
    "servers": ("name", "product_id", "company", "contact", "notes"),
    "key-packs": ("server", "description", "product_version", "reseller", "purchase_ref", "notes"),
    "licenses": ("computer", "user", "hardware_id"),
    "temporary": ("computer", "user", "hardware_id"),
    "reissues": ("server", "case_number", "agent", "reason"),
    "collected": ("computer", "to_computer"),
    "transfers": ("from_computer", "to_computer", "reason", "server"),
    "due": ("subject", "computer", "other", "server"),
    "history": ("kind", "reason", "actor"),
    "events": ("reference", "field", "before", "after"),
    "found": ("_hay",),
    "changes": ("reference", "computer", "before", "after"),
}

REMOVAL = ("removal", "removal_on", "removal_by", "removal_sha256", "removal_reason")

FOUND = ("", "server", "pack", "license", "request", "transfer")


class Model:
    """A copy of all tables, and each list made of them by hand."""

    def __init__(self, path: Path, today: date) -> None:
        self.today = today
        self.tables: dict[str, list[Row]] = {}
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            for name in (
                *("server", "key_pack", "issuance", "transfer", "reissue_request", "collected"),
                *("snapshot", "evidence", "column_mapping", "entry", "event_line"),
            ):
                self.tables[name] = [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]

    def get(self, table: str, number: int) -> Row:
        return next(row for row in self.tables[table] if row["id"] == number)

    def of(self, table: str, **values: Any) -> list[Row]:
        return [
            row for row in self.tables[table] if all(row[name] == value for name, value in values.items())
        ]

    # the lists: every row with its number, its columns, and `_live`, `_kept`

    def servers(self) -> Iterator[Row]:
        for s in self.tables["server"]:
            own = [p for p in self.of("key_pack", server_id=s["id"]) if self.is_open(p)]
            hidden = {"id", "label", "domain"}
            yield {
                "number": s["id"],
                **{name: value for name, value in s.items() if name not in hidden},
                "license_server_id": mask_code(s["license_server_id"]),
                "packs": len(own),
                "total": sum(p["total"] or 0 for p in own if p["total"] != UNLIMITED),
                "issued": sum(p["issued"] or 0 for p in own if p["issued"] != UNLIMITED),
                "shortage": sum(shortage(p["total"], p["issued"]) for p in own),
            }

    def key_packs(self) -> Iterator[Row]:
        for p in self.tables["key_pack"]:
            request = self.get("reissue_request", p["request_id"]) if p["request_id"] else None
            hidden = {"id", "number", "license_key_pack_id", "moved_from_id", "merged_into_id"}
            yield {
                "number": p["id"],
                **{name: value for name, value in p.items() if name not in hidden},
                "server": self.get("server", p["server_id"])["name"],
                "shortage": shortage(p["total"], p["issued"]),
                "purchased": int(is_purchased(p["product_type"], p["key_pack_type"])),
                "request_on": request and request["recorded_on"],
                "request_state": request and request["state"],
                "code": mask_code(p["license_key_pack_id"]),
                "purchase_number": mask_code(p["number"]),
                "authorization_number": mask_code(p["authorization_number"]),
                "recorded_as": max(
                    (m["id"] for m in self.of("key_pack", merged_into_id=p["id"])), default=None
                ),
                "_no_keypack_id": int(p["keypack_id"] is None),
                "_live": self.is_open(p),
                "_kept": self._counts(p),
                "_voided": p["merged_into_id"] is None,
            }

    def licenses(self) -> Iterator[Row]:
        for i in self.tables["issuance"]:
            p = self.get("key_pack", i["key_pack_id"])
            moved = max(self.of("transfer", issuance_id=i["id"], voided_by=None), key=_id, default=None)
            came = next(iter(self.of("transfer", linked_issuance_id=i["id"], voided_by=None)), None)
            held = next(
                (c for c in self.of("collected", issuance_id=i["id"]) if c["state"] != "dropped"), None
            )
            new = self._pack_of_request(held["request_id"]) if held else None
            given_up = (held and held["state"] == "retired") or (moved and moved["linked_issuance_id"])
            holder = None if given_up else moved["to_computer"] if moved else i["computer"]
            state, number, other = None, None, None
            if held:
                state, number, other = held["state"], held["request_id"], held["to_computer"]
            elif moved:
                state, number, other = "transferred", moved["id"], moved["to_computer"]
            elif came:
                state, number, other = "received", came["id"], came["from_computer"]
            same = (
                *("license_id", "computer", "user", "status", "issued_at", "expires_at", "hardware_id"),
                *("ended_on", "ended_why", "first_issued_at", "by_hand", "voided_by"),
            )
            yield {
                "number": i["id"],
                "pack_closed_why": p["closed_why"],
                **{name: i[name] for name in same},
                **self._place(p),
                "holder": holder,
                "record": state,
                "record_number": number,
                "record_other": other,
                "removal": held["removal"] if held else moved["removal"] if moved else None,
                "record_on": moved and moved["on_day"],
                "into_pack": new and new["id"],
                "into_keypack_id": new and new["keypack_id"],
                **{
                    name: p[name]
                    for name in ("product_version_id", "product_version", "product_type", "key_pack_type")
                },
                "_no_license_id": int(i["license_id"] is None),
                "_live": i["ended_on"] is None,
                "_kept": i["voided_by"] is None,
                "_voided": True,
            }

    def temporary(self) -> Iterator[Row]:
        for row in self.licenses():
            if row["status"] == 1:
                over = row["expires_at"] is not None and day_of(row["expires_at"]) < self.today
                yield row | {"_live": row["_live"] and not over}

    def reissues(self) -> Iterator[Row]:
        for q in self.tables["reissue_request"]:
            held = [c for c in self.of("collected", request_id=q["id"]) if c["state"] != "dropped"]
            pack = self._pack_of_request(q["id"])
            yield {
                "number": q["id"],
                **{name: value for name, value in q.items() if name != "id"},
                "server": self.get("server", q["server_id"])["name"],
                "licenses": len(held),
                "call_before": self.call_before(q["id"]),
                "pack_id": pack and pack["id"],
                "keypack_id": pack and pack["keypack_id"],
                "_live": q["state"] in ("open", "recorded"),
            }

    def lost_by(self, i: Row) -> str | None:
        """Whom a license was transferred to last, else the computer or user that its server names."""
        moved = max(self.of("transfer", issuance_id=i["id"], voided_by=None), key=_id, default=None)
        return (moved and moved["to_computer"]) or i["computer"] or i["user"]

    def got(self, c: Row) -> Row:
        """What the waiting computer got out of the reissued pack: the newest of its licenses there."""
        packs = [
            p
            for p in self.tables["key_pack"]
            if p["request_id"] == c["request_id"] and p["voided_by"] is None and p["merged_into_id"] is None
        ]
        found = [
            (i, p)
            for p in packs
            for i in self.tables["issuance"]
            if i["key_pack_id"] == p["id"]
            and i["voided_by"] is None
            and same_name(i["computer"], c["to_computer"])
        ]
        license_, pack = max(found, key=lambda one: one[0]["id"]) if found else ({}, {})
        return {
            "got_id": license_.get("id"),
            "got_license_id": license_.get("license_id"),
            "got_issued_at": license_.get("issued_at"),
            "got_pack_id": pack.get("id"),
            "got_keypack_id": pack.get("keypack_id"),
        }

    def collected(self) -> Iterator[Row]:
        for c in self.tables["collected"]:
            i = self.get("issuance", c["issuance_id"])
            kept = c["state"] != "dropped"
            yield {
                "number": c["id"],
                **self._place(self.get("key_pack", i["key_pack_id"])),
                **{
                    name: i[name]
                    for name in ("license_id", "computer", "user", "issued_at", "expires_at", "ended_on")
                },
                **{name: c[name] for name in ("issuance_id", "request_id", "to_computer", "state", *REMOVAL)},
                "lost_by": self.lost_by(i),
                "covered_until": self.cover(c["to_computer"]),
                **self.got(c),
                "_request_id": c["request_id"],
                "_live": kept,
                "_kept": kept,
            }

    def transfers(self) -> Iterator[Row]:
        for t in self.tables["transfer"]:
            i = self.get("issuance", t["issuance_id"])
            linked = self.get("issuance", t["linked_issuance_id"]) if t["linked_issuance_id"] else None
            there = self._place(self.get("key_pack", linked["key_pack_id"])) if linked else {}
            own = (
                *(
                    "from_computer",
                    "to_computer",
                    "on_day",
                    "client_system",
                    "host_version",
                    "need",
                    "reason",
                    "policy",
                ),
                *("previous_id", *REMOVAL, "linked_issuance_id", "voided_by", "issuance_id"),
            )
            yield {
                "number": t["id"],
                **self._place(self.get("key_pack", i["key_pack_id"])),
                **{name: i[name] for name in ("license_id", "issued_at", "ended_on", "expires_at")},
                **{name: t[name] for name in own},
                "linked_server": there.get("server"),
                "linked_keypack_id": there.get("keypack_id"),
                "linked_pack_id": there.get("pack_id"),
                "linked_license_id": linked and linked["license_id"],
                "linked_issued_at": linked and linked["issued_at"],
                "linked_ended_on": linked and linked["ended_on"],
                "_no_license_id": int(i["license_id"] is None),
                "_live": t["voided_by"] is None,
            }

    def due(self) -> Iterator[Row]:
        yield from due(self)

    def history(self) -> Iterator[Row]:
        for e in self.tables["entry"]:
            lines = self.of("event_line", entry=e["number"])
            first = min(lines, key=lambda line: line["line"])
            void = next((v["number"] for v in self.of("entry", voids=e["number"])), None)
            shown = ("recorded_at", "effective_on", "kind", "actor", "reason", "digest", "previous")
            yield {
                "number": e["number"],
                **{name: e[name] for name in shown},
                "first": f"{first['kind']} {first['reference']}",
                "lines": len(lines),
                "voided_by": void,
            }

    def events(self) -> Iterator[Row]:
        for line in self.tables["event_line"]:
            yield {
                "number": line["line"],
                "subject": f"{line['kind']} {line['record']} {line['reference']}",
                **{name: value for name, value in line.items() if name != "line"},
            }

    def changes(self) -> Iterator[Row]:
        yield from changes(self)

    def found(self) -> Iterator[Row]:
        def row(what: int, number: int, name: Any, place: Any, *hay: Any) -> Row:
            text = " ".join(str(part) for part in hay if part is not None)
            return {
                "number": what * 2**40 + number, "what": FOUND[what], "_what": what, "id": number, "name": name, "place": place, "_hay": text,
            }  # fmt: skip

        for s in self.tables["server"]:
            texts = (s["name"], s["product_id"], s["company"], s["contact"], s["notes"])
            yield row(1, s["id"], s["name"], s["company"] or "", *texts)
        for p in filter(self._counts, self.tables["key_pack"]):
            place = self.pack_reference(p)
            texts = (p["product_version"], p["description"], p["reseller"], p["purchase_ref"], p["notes"])
            yield row(2, p["id"], _first(p["product_version"], p["description"]), place, place, *texts)
        for i in self.of("issuance", voided_by=None):
            texts = (i["computer"], i["user"], i["hardware_id"])
            yield row(3, i["id"], _first(*texts), self._license(i), *texts)
        for q in self.tables["reissue_request"]:
            server = self.get("server", q["server_id"])["name"]
            texts = (server, q["case_number"], q["agent"], q["reason"])
            yield row(4, q["id"], _first(q["case_number"], q["reason"]), server, f"request {q['id']}", *texts)
        for t in self.of("transfer", voided_by=None):
            name = f"{t['from_computer'] or ''} → {t['to_computer']}"
            texts = (t["from_computer"], t["to_computer"], t["reason"])
            place = self._license(self.get("issuance", t["issuance_id"]))
            yield row(5, t["id"], name, place, f"transfer {t['id']}", *texts)

    # what they are made of

    def cover(self, computer: str | None) -> str | None:
        """The latest expiry of a computer's temporary licenses on all servers."""
        return max(
            (
                i["expires_at"]
                for i in self.of("issuance", status=1, voided_by=None)
                if i["expires_at"] is not None and same_name(i["computer"], computer)
            ),
            default=None,
        )

    def call_before(self, request: int) -> str | None:
        """The earliest cover of a waiting computer that is not over."""
        held = self.of("collected", request_id=request, state="collected")
        covers = [self.cover(c["to_computer"]) for c in held]
        running = [until for until in covers if until is not None and day_of(until) >= self.today]
        return min(running, default=None)

    def reference(self, issuance: Row) -> str:
        current = self._license(issuance)
        return f"{current}@{day_of(issuance['issued_at']) or ''}" if issuance["ended_on"] else current

    def is_open(self, pack: Row) -> bool:
        return self._counts(pack) and pack["closed_on"] is None

    def _counts(self, pack: Row) -> bool:
        return pack["voided_by"] is None and pack["merged_into_id"] is None

    def _pack_of_request(self, request: int) -> Row | None:
        return next(filter(self._counts, self.of("key_pack", request_id=request)), None)

    def _place(self, pack: Row) -> Row:
        server = self.get("server", pack["server_id"])
        return {
            "server": server["name"],
            "server_id": server["id"],
            "pack_id": pack["id"],
            "keypack_id": pack["keypack_id"],
        }

    def pack_reference(self, pack: Row) -> str:
        number = f"#{pack['id']}" if pack["keypack_id"] is None else pack["keypack_id"]
        return f"{self.get('server', pack['server_id'])['name']}/{number}"

    def _license(self, issuance: Row) -> str:
        number = f"#{issuance['id']}" if issuance["license_id"] is None else issuance["license_id"]
        return f"{self.pack_reference(self.get('key_pack', issuance['key_pack_id']))}/{number}"

    # what a list answers

    def rows(
        self,
        kind: ListKind[Any] | str,
        *,
        ended: bool = False,
        voided: bool = False,
        search: str = "",
        sort: str = "",
        descending: bool = False,
        where: Callable[[Row], bool] = lambda _: True,
    ) -> list[Row]:
        kind = str(kind)
        sort = sort or LIST_QUERIES[kind].default_sort
        columns = SORTS.get((kind, sort), (sort,))

        def key(row: Row) -> list[Any]:
            return [_order(kind, name, row) for name in (*columns, "number")]

        def shown(row: Row) -> bool:
            kept = row.get("_kept", True)
            return bool((row.get("_voided", kept) if voided else kept) if ended else row.get("_live", True))

        rows = [
            row
            for row in getattr(self, kind.replace("-", "_"))()
            if shown(row) and where(row) and _holds(row, SEARCHED[kind], search.strip())
        ]
        return [
            {name: value for name, value in row.items() if not name.startswith("_")}
            for row in sorted(rows, key=key, reverse=descending)
        ]


def _id(row: Row) -> int:
    return int(row["id"])


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), "")


def _order(kind: str, name: str, row: Row) -> tuple[int, Any]:
    """SQLite's order: nothing first, then numbers, then text; NOCASE folds A to Z."""
    value = row.get(name, row.get(f"_{name}"))
    if value is None:
        return (0, 0)
    if isinstance(value, int):
        return (1, value)
    return (2, _ascii_lower(value) if (kind, name) in NO_CASE else value)


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _holds(row: Row, columns: tuple[str, ...], part: str) -> bool:
    fold = _ascii_lower if part.isascii() else str.casefold
    return not part or any(fold(part) in fold(str(row[name])) for name in columns if row[name] is not None)
