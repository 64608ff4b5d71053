"""Whatever happened, the audit's equation holds for any period, and what was held is what was held on that day.

The acts and the plain model are those of every_act.py; the model says after each step who holds what.
`TSLIC_SOAK=MINUTES` lets it run longer, at random.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from hypothesis import Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test
from model.every_act import CHANCE, EveryAct

from tslic_admin.db.history.state_at import holdings_at, rows_at
from tslic_admin.db.lists.pages import read_view
from tslic_admin.db.schema.tables import KeyPackRow, ServerRow
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.services.reports.audit import Audit, AuditRequest, compute_audit


class Audited(EveryAct):
    """Notes after each step what the model says is held, and holds the report against it at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, Counter[str]] = {}  # by the last entry
        self.days: set[date] = set()

    @rule(chance=CHANCE)
    def step(self, chance: Random) -> None:
        super().step(chance)

    def possible(self) -> dict[Callable[[], None], int]:
        """Links more often: what they do to the figures is the least obvious."""
        world = self.world
        more = {
            self.link_a_transfer: 5 * bool(world.all("transfer")),
            self.link_a_request: 5 * bool(world.all("request", state="recorded")),
        }
        return super().possible() | more

    def compare(self) -> None:
        world = self.world
        held: Counter[str] = Counter()
        for number, one in world.all("license").items():
            line, moved = world.line_of(number), world.transfer_of(number)
            retired = line is not None and line["state"] == "retired"
            given_up = moved is not None and world.get("transfer", moved)["linked"] is not None
            if one["ended"] is None and not retired and not given_up:
                held[world.pack_text(one["pack"])] += 1
        self.held[len(world.entries)] = held
        self.days.add(self.today)

    def teardown(self) -> None:
        try:
            with read_view(self.folder / "tslic.sqlite", self.console.now) as state:
                self._as_it_was(state)
                self._adds_up(state)
        finally:
            super().teardown()

    def _as_it_was(self, state) -> None:
        for cut, expected in self.held.items():
            servers = {row["id"]: row["name"] for row in rows_at(state.connection, ServerRow, cut)}
            packs = {
                row["id"]: pack_reference(servers[row["server_id"]], row["keypack_id"], row["id"])
                for row in rows_at(state.connection, KeyPackRow, cut)
            }
            counted: Counter[str] = Counter()
            for one in holdings_at(state.connection, cut, "2026-03-02T00:00:00Z"):
                counted[packs[one.pack]] += one.held
            assert +counted == expected, f"after entry {cut}"

    def _adds_up(self, state) -> None:
        days = sorted({*self.days, min(self.days) - timedelta(1), max(self.days) + timedelta(1)})
        cuts = sorted({*self.chance.sample(days, min(4, len(days))), *days[-1:]})
        before: Audit | None = None
        for since, until in pairwise([None, *cuts, None]):
            one = compute_audit(
                state, self.console.now, AuditRequest(None, since, until and until - timedelta(1))
            )
            assert one.adds_up
            closing = {pack.number: pack.statement.closing for pack in before.all_packs} if before else {}
            for pack in one.all_packs:
                assert pack.statement.opening == closing.pop(pack.number, 0)
            assert not any(closing.values()), (
                "what was held when a period ended is held when the next one begins"
            )
            before = one
        assert before is not None
        whole = compute_audit(state, self.console.now, AuditRequest())
        assert {p.number: p.statement.closing for p in whole.all_packs if p.statement.closing} == {
            p.number: p.statement.closing for p in before.all_packs if p.statement.closing
        }
        assert all(pack.statement.opening == 0 for pack in whole.all_packs)
        assert sum(pack.holdings.held for pack in whole.all_packs) == sum(self.held[max(self.held)].values())


def test_the_equation_holds_for_any_period_of_any_history(template_database: Path) -> None:
    Audited.template = template_database
    minutes = float(os.environ.get("TSLIC_SOAK", "0"))
    run_state_machine_as_test(
        Audited,
        settings=settings(
            max_examples=int(minutes * 15) or 4,
            stateful_step_count=40,
            database=None,
            report_multiple_bugs=False,
            derandomize=not minutes,
            phases=(Phase.generate,),
        ),
    )
