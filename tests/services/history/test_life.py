"""The life of a few license servers, in any order: acts at random, held against a plain model after each."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from services.stock import collecting
from sqlalchemy.orm import Session

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.lists.pages import LIST_QUERIES, rows_of
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, RequestRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.catalogue.spec import ListSpec
from tslic_admin.domain.names import same_name
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs, servers, transfers
from tslic_admin.services.reissue import calls, requests

SERVERS = ("A1", "B1.corp.example")
COMPUTERS = ("PC1", "PC2", "PC3.corp.example")
HARDWARE = (None, "0" * 36, "0xAA01", "0xAA02")
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICIES = ("one-time", "after-90-days", "not-transferable")
# what must be unique among what counts (house.md, section 3)
UNIQUE = {
    "one-time transfers of a license": (
        "SELECT issuance_id FROM transfer WHERE policy = 'one-time' AND voided_by IS NULL"
    ),
    "first transfers of a license": "SELECT issuance_id FROM transfer WHERE previous_id IS NULL",
    "transfers after another": "SELECT previous_id FROM transfer WHERE previous_id IS NOT NULL",
    "codes": (
        "SELECT license_key_pack_id FROM key_pack WHERE license_key_pack_id IS NOT NULL AND merged_into_id IS NULL"
    ),
    "open packs of a number": "SELECT server_id, keypack_id FROM key_pack WHERE keypack_id IS NOT NULL",
    "packs of a request": (
        "SELECT request_id FROM key_pack WHERE request_id IS NOT NULL AND merged_into_id IS NULL"
    ),
    "current licenses under a key": "SELECT key_pack_id, license_id FROM issuance WHERE ended_on IS NULL",
    "requests that hold a license": "SELECT issuance_id FROM collected WHERE state <> 'dropped'",
}
KEPT = (
    "server",
    "key_pack",
    "issuance",
    "transfer",
    "reissue_request",
    "collected",
    "snapshot",
    "evidence",
    "column_mapping",
    "entry",
    "event_line",
)


@dataclass
class Pack:
    server: str
    keypack_id: int | None
    total: int
    seen: bool = True
    policy: str = "one-time"
    request: int | None = None
    code: bool = False


@dataclass
class License:
    pack: int
    license_id: int
    computer: str
    hardware: str | None
    issued: date
    status: int
    first_issued: date
    ended: str | None = None
    held: tuple[str, int, str | None] | None = None  # collected or retired, the request, who waits


@dataclass
class Move:
    license: int
    to: str
    on: date
    policy: str


@dataclass
class Request:
    server: str
    state: str = "open"
    quantity: int | None = None
    recorded_on: date | None = None
    lines: int = 0  # collected rows ever, dropped ones too
    pack: int | None = None


@dataclass
class Model:
    packs: dict[int, Pack] = field(default_factory=dict)
    licenses: dict[int, License] = field(default_factory=dict)
    moves: dict[int, Move] = field(default_factory=dict)
    requests: dict[int, Request] = field(default_factory=dict)

    def last_move(self, license_: int) -> int | None:
        return max((number for number, move in self.moves.items() if move.license == license_), default=None)

    def holds(self, request: int, state: str = "collected") -> list[int]:
        return [
            number
            for number, license_ in self.licenses.items()
            if license_.held is not None and license_.held[:2] == (state, request)
        ]


Draw = Callable[[st.SearchStrategy[Any]], Any]
Row = tuple[int, int, str, str | None, int, int]
rows = st.lists(
    st.tuples(
        st.sampled_from((3, 4)),
        st.integers(1, 4),
        st.sampled_from(COMPUTERS),
        st.sampled_from(HARDWARE),
        st.sampled_from((0, 0, 40, 120)),  # issued so many days before the beginning
        st.sampled_from((2, 2, 2, 3, 1, 0)),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[:2],
)


class Life(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.path = self.folder / "tslic.sqlite"
        shutil.copy(self.template, self.path)
        self.at = START
        self.store = Store(self.path, actor="tester@box", now=self.now)
        self.model = Model()
        self.counts: dict[str, int] = {}
        self.eyes = connect_reader(self.path, self.now)

    def teardown(self) -> None:
        self.eyes.close()
        self.store.close()
        shutil.rmtree(self.folder)

    def now(self) -> datetime:
        return self.at

    @property
    def today(self) -> date:
        return self.at.astimezone().date()

    def select(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.eyes.execute(sql, parameters).fetchall()

    def listed(self, kind: str) -> dict[int, Any]:
        return {row.number: row for row in rows_of(self.eyes, ListSpec(LIST_QUERIES[kind].kind, ended=True))}

    def act(self, act: Callable[[Session], ActResult], *, allowed: bool) -> ActResult | None:
        """The act is done if, and only if, it is allowed; refused, it leaves no entry."""
        self.at += timedelta(minutes=1)
        before = self.select("SELECT max(number) FROM entry")
        done, refusal = None, None
        try:
            with self.store.writing() as session:
                done = act(session)
        except RuleViolation as violation:
            refusal = violation
        assert allowed is (refusal is None), refusal or "this should have been refused"
        assert refusal is None or self.select("SELECT max(number) FROM entry") == before
        return done

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One rule for all acts: of many, the engine would leave some out of each run."""
        open_ones = self.among("open")
        possible = {
            self.import_a_list: 2,
            self.mark_any_transfer: 1,
            self.mark_a_transfer_that_may_well_be: 3,
            self.open_a_request: len(open_ones) < 2,
            self.collect: 3,
            self.drop: bool(open_ones),
            self.withdraw: len(open_ones) > 1,
            self.record: 3 * any(self.model.holds(number) for number in open_ones),
            self.install: bool(self.model.requests),
            self.change_a_settled_request: bool(self.among("recorded", "installed", "withdrawn")),
        }
        weighted = [act for act, weight in possible.items() for _ in range(weight)]
        data.draw(st.sampled_from(weighted))(data.draw)

    # servers, key packs and licenses as their servers list them

    @initialize()
    def begin(self) -> None:
        for name in SERVERS:
            self.act(lambda s, n=name: servers.add(s, n), allowed=True)
        for name in SERVERS:
            self.bring(name, [(3, 1, "PC1", None, 120, 2), (4, 1, "PC2", "0xAA02", 120, 2)])
            self.set_policy(self.pack_of(name, 4) or 0, "after-90-days")

    def import_a_list(self, draw: Draw) -> None:
        self.bring(draw(st.sampled_from(SERVERS)), draw(rows))

    def bring(self, server: str, seen: list[Row]) -> None:
        numbers = {row[0] for row in seen}
        self.at += timedelta(minutes=1)
        sources = [
            SourceFile(
                "packs.csv",
                _csv(
                    (
                        "KeyPackId",
                        "Description",
                        "KeyPackType",
                        "ProductType",
                        "ProductVersionID",
                        "TotalLicenses",
                    ),
                    [(number, "A02-10.01-S", 2, 0, 6, 10) for number in numbers],
                ),
            ),
            SourceFile(
                "licenses.csv",
                _csv(
                    (
                        "KeyPackId",
                        "LicenseId",
                        "sIssuedToComputer",
                        "sHardwareId",
                        "LicenseStatus",
                        "IssueDate",
                    ),
                    [
                        (number, license_id, computer, hardware or "", status, _cim(_issued(days)))
                        for number, license_id, computer, hardware, days, status in seen
                    ],
                ),
            ),
        ]
        with stage(sources, ImportOptions(server=server, taken_at=self.at)) as staged:
            self.act(lambda s: imports.apply(s, staged).act, allowed=True)
        for number in numbers:
            if self.pack_of(server, number) is None:
                ((pack,),) = self.select(
                    "SELECT p.id FROM key_pack p JOIN server s ON s.id = p.server_id"
                    " WHERE s.name = ? AND p.keypack_id = ?",
                    server,
                    number,
                )
                self.model.packs[pack] = Pack(server, number, total=10)
        named = [self.pack_of(server, number) for number in numbers]
        here = {(self.pack_of(server, row[0]), row[1]) for row in seen}
        for license_ in self.model.licenses.values():
            if license_.pack in named and (license_.pack, license_.license_id) not in here:
                license_.ended = license_.ended or "vanished"
        for row in seen:
            self.see(server, row)
        self.upgrade(server)

    def upgrade(self, server: str) -> None:
        """A temporary license that is gone was upgraded where its computer has an active one on the server."""
        here = [one for one in self.model.licenses.values() if self.model.packs[one.pack].server == server]
        for gone in here:
            if gone.status != 1 or gone.ended not in ("vanished", "replaced"):
                continue
            active = [one for one in here if one.status == 2 and not one.ended]
            mine = _real(gone.hardware)
            by_device = [one for one in active if mine and _real(one.hardware) == mine]
            by_name = [
                one
                for one in active
                if same_name(one.computer, gone.computer) and not (mine and _real(one.hardware))
            ]
            if by_device or len(by_name) == 1:
                gone.ended = "upgraded"

    def pack_of(self, server: str, keypack_id: int) -> int | None:
        known = self.model.packs.items()
        return next((n for n, pack in known if (pack.server, pack.keypack_id) == (server, keypack_id)), None)

    def see(self, server: str, row: Row) -> None:
        """What a row says, as rule 4.5 has it."""
        keypack_id, license_id, computer, hardware, days, status = row
        pack, issued = self.pack_of(server, keypack_id), _issued(days).date()
        assert pack is not None
        key = [o for o in self.model.licenses.values() if (o.pack, o.license_id) == (pack, license_id)]
        live = [one for one in key if not one.ended]
        # of several that it may be, the one that began last is back
        back = reversed([one for one in key if one.ended in ("vanished", "upgraded")])
        for license_ in (*live, *back):
            mine, theirs = _real(license_.hardware), _real(hardware)
            if (
                mine == theirs
                if mine and theirs
                else (license_.computer, license_.issued) == (computer, issued)
            ):
                for other in live:
                    other.ended = None if other is license_ else "replaced"
                license_.ended = None
                license_.computer, license_.issued, license_.status = computer, issued, status
                license_.hardware = _real(hardware) or license_.hardware
                license_.first_issued = min(license_.first_issued, issued)
                return
        for other in live:
            other.ended = "replaced"
        ((number,),) = self.select(
            "SELECT id FROM issuance WHERE key_pack_id = ? AND license_id = ? AND ended_on IS NULL",
            pack,
            license_id,
        )
        assert number not in self.model.licenses
        self.model.licenses[number] = License(pack, license_id, computer, hardware, issued, status, issued)

    def set_policy(self, number: int, policy: str) -> None:
        self.act(
            lambda s: packs.change(
                s, s.get_one(KeyPackRow, number), PackFields(transfer_policy=policy), reason="terms"
            ),
            allowed=True,
        )
        self.model.packs[number].policy = policy

    # transfers

    def mark_any_transfer(self, draw: Draw) -> None:
        to = draw(st.sampled_from((*COMPUTERS, "pc1.corp.example", "NEW")))
        days = draw(st.sampled_from((0, 1, 100, -1)))
        number = draw(st.sampled_from(sorted(self.model.licenses)))
        self.mark(number, to, self.today - timedelta(days=days), insists=draw(st.booleans()))

    def mark_a_transfer_that_may_well_be(self, draw: Draw) -> None:
        """Of a license that could move, so many days after its last move; time goes by until then."""
        to = draw(st.sampled_from(("PC1", "NEW", "NEW2")))
        days = draw(st.sampled_from((90, 90, 90, 89, -1)))
        policy = draw(st.sampled_from((None, None, None, None, *POLICIES)))
        free = [
            number
            for number, license_ in sorted(self.model.licenses.items())
            if license_.held is None and license_.status in (2, 3) and not license_.ended
        ]
        moved = [number for number in free if self.model.last_move(number) is not None]
        number = draw(st.sampled_from(moved * 3 + free or sorted(self.model.licenses)))
        on = self.since(number) + timedelta(days=days)
        if on > self.today:
            self.at += timedelta(days=(on - self.today).days)
        if policy is not None:
            self.set_policy(self.model.licenses[number].pack, policy)
        self.mark(number, to, on, insists=False)

    def mark(self, number: int, to: str, on: date, *, insists: bool) -> None:
        done = self.act(
            lambda s: transfers.mark(
                s,
                s.get_one(IssuanceRow, number),
                transfers.TransferFields(to=to, on=on.isoformat(), reason="because" if insists else None),
                anyway=insists,
            ),
            allowed=self.may_move(number, to, on, insists=insists),
        )
        if done is not None:
            policy = self.model.packs[self.model.licenses[number].pack].policy
            assert done.record is not None
            self.model.moves[done.record] = Move(number, to, on, policy)

    def since(self, number: int) -> date:
        """The day of the last move, else the earliest issue date seen."""
        last = self.model.last_move(number)
        return self.model.licenses[number].first_issued if last is None else self.model.moves[last].on

    def may_move(self, number: int, to: str, on: date, *, insists: bool) -> bool:
        license_ = self.model.licenses[number]
        policy = self.model.packs[license_.pack].policy
        last = self.model.last_move(number)
        move = None if last is None else self.model.moves[last]
        since = self.since(number)
        holder = move.to if move else license_.computer
        clear = license_.status in (2, 3) and not license_.ended
        return (
            license_.held is None
            and license_.status != 1
            and (clear or insists)
            and since <= on <= self.today
            and not same_name(holder, to)
            and {
                "one-time": move is None,
                "after-90-days": on >= since + timedelta(days=90),
                "not-transferable": False,
            }[policy]
        )

    # reissues

    def among(self, *states: str) -> list[int]:
        return [number for number, request in self.model.requests.items() if request.state in states]

    def open_a_request(self, draw: Draw) -> None:
        self.open_one(draw(st.sampled_from(SERVERS)))

    def open_one(self, server: str) -> None:
        done = self.act(lambda s: requests.open_request(s, find_server(s, server)), allowed=True)
        assert done is not None
        assert done.record is not None
        self.model.requests[done.record] = Request(server)

    def collect(self, draw: Draw) -> None:
        """Into an open request of a server; one is opened where there is none."""
        server = draw(st.sampled_from(SERVERS))
        waits = draw(st.sampled_from((None, "NEW", "NEW2")))
        insists = draw(st.booleans())
        anything = draw(st.sampled_from((False, False, True)))
        if not any(self.model.requests[number].server == server for number in self.among("open")):
            self.open_one(server)
        ours = [number for number in self.among("open") if self.model.requests[number].server == server]
        number = draw(st.sampled_from(ours))
        fitting = [n for n in sorted(self.model.licenses) if self.may_join(n, number, insists=insists)]
        among = sorted(self.model.licenses) if anything or not fitting else fitting
        wanted = draw(st.lists(st.sampled_from(among), min_size=1, max_size=3, unique=True))

        def renamed(license_: int) -> bool:
            """It is here already and only gets another computer that waits."""
            held = self.model.licenses[license_].held
            return held is not None and held[:2] == ("collected", number) and waits not in (None, held[2])

        done = self.act(
            collecting(
                number, *((n, waits) for n in wanted), reason="because" if insists else None, anyway=insists
            ),
            allowed=all(renamed(n) or self.may_join(n, number, insists=insists) for n in wanted),
        )
        if done is not None:
            for one in wanted:
                self.model.requests[number].lines += not renamed(one)
                self.model.licenses[one].held = ("collected", number, waits)

    def may_join(self, number: int, request: int, *, insists: bool) -> bool:
        license_ = self.model.licenses[number]
        return (
            license_.held is None
            and license_.status != 1
            and (license_.status in (2, 3) or insists)
            and self.model.packs[license_.pack].server == self.model.requests[request].server
        )

    def drop(self, draw: Draw) -> None:
        unfit = draw(st.sampled_from((False, False, True)))
        number = draw(st.sampled_from(self.among("open")))
        held = self.model.holds(number)
        one = draw(st.sampled_from(sorted(self.model.licenses) if unfit or not held else held))
        done = self.act(
            lambda s: requests.drop(s, s.get_one(RequestRow, number), [s.get_one(IssuanceRow, one)]),
            allowed=one in held,
        )
        if done is not None:
            self.model.licenses[one].held = None

    def withdraw(self, draw: Draw) -> None:
        number = draw(st.sampled_from(self.among("open")))
        self.act(lambda s: requests.withdraw(s, s.get_one(RequestRow, number), reason="found"), allowed=True)
        self.model.requests[number].state = "withdrawn"
        for one in self.model.holds(number):
            self.model.licenses[one].held = None

    def change_a_settled_request(self, draw: Draw) -> None:
        what = draw(st.sampled_from(("collect", "drop", "withdraw", "record")))
        number = draw(st.sampled_from(self.among("recorded", "installed", "withdrawn")))
        one = draw(st.sampled_from(sorted(self.model.licenses)))
        today = self.today.isoformat()
        acts: dict[str, Callable[[Session, RequestRow], ActResult]] = {
            "collect": lambda s, row: requests.collect(s, row, [(s.get_one(IssuanceRow, one), "NEW")]),
            "drop": lambda s, row: requests.drop(s, row, [s.get_one(IssuanceRow, one)]),
            "withdraw": lambda s, row: requests.withdraw(s, row, reason="found"),
            "record": lambda s, row: calls.record(
                s, row, calls.ReissueCall(code="Z" * 35, quantity="9", on=today)
            ),
        }
        self.act(lambda s: acts[what](s, s.get_one(RequestRow, number)), allowed=False)

    def record(self, draw: Draw) -> None:
        more = draw(st.sampled_from((0, 0, 1, -1)))
        keypack_id = draw(st.sampled_from((None, None, 3, 4, 7)))
        used_code = draw(st.sampled_from((False, False, False, True)))
        some = draw(st.sampled_from((False, False, True)))
        ready = [number for number in self.among("open") if self.model.holds(number)]
        number = draw(st.sampled_from(ready * 3 + self.among("open")))
        request, held = self.model.requests[number], self.model.holds(number)
        named = held[:1] if some else held
        quantity = (
            10 if keypack_id in (3, 4) else len(named) + more
        )  # as many as the pack that may be adopted
        code = f"{1 if used_code else 1 + number:035d}"
        adopted = self.pack_of(request.server, keypack_id) if keypack_id is not None else None
        done = self.act(
            lambda s: calls.record(
                s,
                s.get_one(RequestRow, number),
                calls.ReissueCall(
                    code=code,
                    quantity=str(quantity),
                    on=self.today.isoformat(),
                    keypack_id=None if keypack_id is None else str(keypack_id),
                ),
                licenses=[s.get_one(IssuanceRow, n) for n in named] if some else None,
            ),
            allowed=quantity >= max(1, len(named))
            and (adopted is None or self.may_adopt(adopted, quantity, named))
            and not (used_code and self.select("SELECT 1 FROM key_pack WHERE license_key_pack_id = ?", code)),
        )
        if done is None:
            return
        request.state = "recorded" if adopted is None else "installed"
        request.quantity, request.recorded_on, request.pack = quantity, self.today, done.second_record
        assert done.second_record is not None
        assert adopted in (None, done.second_record)
        if adopted is None:
            self.model.packs[done.second_record] = Pack(request.server, keypack_id, quantity, seen=False)
        self.model.packs[done.second_record].request = number
        self.model.packs[done.second_record].code = True
        for one in held:
            waits = self.model.licenses[one].held[2]  # type: ignore[index]
            self.model.licenses[one].held = ("retired", number, waits) if one in named else None

    def may_adopt(self, number: int, quantity: int, named: list[int]) -> bool:
        pack = self.model.packs[number]
        return (
            pack.request is None
            and pack.total == quantity
            and all(self.model.licenses[one].pack != number for one in named)
        )

    def install(self, draw: Draw) -> None:
        days = draw(st.sampled_from((0, 0, 1, -1)))
        number = draw(st.sampled_from(self.among("recorded", "installed") or sorted(self.model.requests)))
        request, on = self.model.requests[number], self.today - timedelta(days=days)
        done = self.act(
            lambda s: calls.set_installed(s, s.get_one(RequestRow, number), on=on.isoformat()),
            allowed=request.recorded_on is not None and request.recorded_on <= on <= self.today,
        )
        if done is not None:
            request.state = "installed"

    # what is always true

    @invariant()
    def the_history_holds_and_explains_every_row(self) -> None:
        result = verify(self.path, self.now)
        assert result.state is VerificationState.INTACT, result.finding
        numbers = [number for (number,) in self.select("SELECT number FROM entry ORDER BY number")]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nothing_is_there_twice_that_must_be_unique(self) -> None:
        for what, sql in UNIQUE.items():
            found = self.select(sql)
            assert len(found) == len(set(found)), what

    @invariant()
    def nothing_that_was_recorded_is_lost(self) -> None:
        counts = {table: self.select(f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}
        assert all(counts[table] >= before for table, before in self.counts.items())
        self.counts = counts

    @invariant()
    def the_licenses_are_as_the_model_has_them(self) -> None:
        listed = {
            row.number: (
                row.pack_id, row.license_id, row.computer, row.status, row.ended_why,
                row.holder, row.record, row.record_number, row.record_other, row.removal, row.into_pack,
            )
            for row in self.listed("licenses").values()
        }  # fmt: skip
        assert listed == {number: self.shown(number) for number in self.model.licenses}

    def shown(self, number: int) -> tuple[Any, ...]:
        license_ = self.model.licenses[number]
        last = self.model.last_move(number)
        move = None if last is None else self.model.moves[last]
        holder = move.to if move else license_.computer
        record: tuple[Any, ...] = (None, None, None, None, None)
        if license_.held is not None:
            state, request, waits = license_.held
            retired = state == "retired"
            holder = None if retired else holder  # type: ignore[assignment]
            record = (
                state,
                request,
                waits,
                "awaiting" if retired else None,
                self.model.requests[request].pack,
            )
        elif move is not None:
            record = ("transferred", last, move.to, "awaiting", None)
        same = (license_.pack, license_.license_id, license_.computer, license_.status, license_.ended)
        return (*same, holder, *record)

    @invariant()
    def the_requests_are_as_the_model_has_them(self) -> None:
        listed = {
            row.number: (row.server, row.state, row.licenses, row.quantity, row.pack_id)
            for row in self.listed("reissues").values()
        }
        model = self.model
        assert listed == {
            n: (r.server, r.state, len(model.holds(n)) + len(model.holds(n, "retired")), r.quantity, r.pack)
            for n, r in model.requests.items()
        }
        lines = dict(self.select("SELECT request_id, count(*) FROM collected GROUP BY request_id"))
        assert lines == {number: request.lines for number, request in model.requests.items() if request.lines}

    @invariant()
    def the_packs_and_transfers_are_as_the_model_has_them(self) -> None:
        listed = {
            row.number: (
                row.server,
                row.keypack_id,
                row.transfer_policy,
                row.request_id,
                row.origin,
                bool(row.code),
            )
            for row in self.listed("key-packs").values()
        }
        assert listed == {
            n: (p.server, p.keypack_id, p.policy, p.request, "reissue" if p.request else "original", p.code)
            for n, p in self.model.packs.items()
        }
        moved = {
            row.number: (row.issuance_id, row.to_computer, row.on_day, row.policy)
            for row in self.listed("transfers").values()
        }
        assert moved == {
            number: (move.license, move.to, move.on.isoformat(), move.policy)
            for number, move in self.model.moves.items()
        }


def _csv(headings: tuple[str, ...], lines: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *lines])
    return text.getvalue().encode()


def _issued(days: int) -> datetime:
    return START - timedelta(days=days)


def _cim(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S.000000+000")


def _real(hardware: str | None) -> str | None:
    return hardware if hardware and hardware.strip("0") else None


def test_whatever_happens_the_record_stays_true(template_database: Path, monkeypatch: Any) -> None:
    """What lists link by themselves is told by tests/model; here nothing is."""
    monkeypatch.setattr(imports, "LINKERS", {})
    Life.template = template_database
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            phases=(Phase.generate, Phase.shrink),
        ),
    )
