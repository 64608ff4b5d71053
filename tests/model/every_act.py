"""Every act of the console in any order, on two license servers, held against the plain model after each step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from model import stock
from model.hand_acts import HandActs
from model.record_acts import RecordActs
from model.stock_acts import StockActs
from model.voids import VOIDABLE, stands_in_the_way
from model.world import Entry

# A step draws one number, and all its choices from that: as even as dice, which st.randoms() and st.data() are not.
# What a failing example prints is what was typed and what came of it.
CHANCE = st.integers(0, 2**64 - 1).map(Random)


class EveryAct(StockActs, HandActs, RecordActs):
    @initialize(chance=CHANCE)
    def begin(self, chance: Random) -> None:
        self.chance = chance
        self.act(("servers", "add", "LS1"), lambda: stock.add_server(self.world, "LS1"), "server.add")
        for server in self.real.values():
            server.install("temporary")
            server.install("device", 3)
            server.install(self.pick(("user", "newer", "built-in", "device")), self.pick((2, 5)))
            for number in range(3):
                server.serve(
                    self.computers[number], self.pick, self.console.at - timedelta(days=20 + number, hours=2)
                )
            self.bring([server.listing(self.console.at)], ("packs", "licenses"))

    @rule(chance=CHANCE)
    def step(self, chance: Random) -> None:
        """One rule for all acts: of many, the engine would leave some out of each run."""
        self.chance = chance
        weighted = [act for act, weight in self.possible().items() for _ in range(int(weight))]
        self.pick(weighted)()
        self.steps += 1
        self.compare()

    def possible(self) -> dict[Callable[[], None], int]:
        world = self.world
        live = world.all("license")
        return {
            self.time_passes: 2,
            self.servers_live_on: 4,
            self.import_something: 7,
            self.add_or_change_a_server: 1,
            self.rebuild: 1,
            self.add_a_pack: 1,
            self.change_a_pack: 3,
            self.move_a_pack: 2,
            self.add_a_license: 3,
            self.mark_a_transfer: 5 * bool(live),
            self.open_a_request: 2 if len(world.all("request", state="open")) < 3 else 0,
            self.collect: 5 * bool(live and world.all("request")),
            self.drop: 1 * bool(live and world.all("request")),
            self.withdraw: 1 * bool(world.all("request")),
            self.record: 4 * bool(world.all("request", state="open")),
            self.install: 1 * bool(world.all("request")),
            self.void_something: 4,
            self.link_a_transfer: 2 * bool(world.all("transfer")),
            self.link_a_request: 2 * bool(world.all("request")),
            self.remove_from_the_old_client: 2 * bool(world.all("transfer") or world.all("line")),
            self.correct_a_code: 1 * bool(world.all("request")),
        }

    # voiding

    def void_something(self) -> None:
        entries = [one for one in self.world.entries if one.kind in VOIDABLE]
        late = [one for one in entries if one.voided_by is None][-4:]
        entry: Entry = self.pick(late if late and self.pick((True, True, True, False)) else entries)
        typed = self._void_of(entry)
        if typed is None:
            return
        self.console.passes(minutes=1)
        built_on = stands_in_the_way(self.world, entry.number)
        code, said = self.console(*typed, "--reason", "a mistake")
        if entry.voided_by is not None or built_on is True:
            assert code == 3, f"should be refused: voided already, or built on ({entry.number})"
        elif built_on is False:
            assert code == 0, f"should be voided: {self.console.said}"
        if code == 0:
            done = self.world.void(entry.number, self.today, "a mistake")
            assert said["entry"] == done.number

    def _void_of(self, entry: Entry) -> tuple[str, ...] | None:
        """The command that voids it; None where it cannot be named."""
        created = dict(entry.created.keys())
        if entry.kind == "import":
            return ("import", "void", str(entry.number))
        if entry.kind == "transfer.mark":
            return ("transfer", "void", str(created["transfer"]))
        if entry.kind == "reissue.record":
            request = next(number for kind, number in entry.changed if kind == "request")
            of_request = [
                one
                for one in self.world.entries
                if one.kind == "reissue.record" and ("request", request) in one.changed
            ]
            return ("reissue", "void", str(request)) if entry is of_request[-1] else None
        kind = "pack" if entry.kind == "pack.add" else "license"
        if (kind, created[kind]) not in self.world.things:
            return None
        if kind == "license" and created[kind] not in self.named():
            return None
        if kind == "pack":
            return ("key-packs", "void", self.world.pack_text(created[kind]))
        return ("licenses", "void", self.world.license_text(created[kind]))
