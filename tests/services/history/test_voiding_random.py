"""Acts, imports and voids at random: the tables are always what the entries that still stand say."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from conftest import Clock
from hypothesis import given, settings
from hypothesis import strategies as st
from services.history.voiding import check_standing, tables
from services.importer import LICENSE, PACK, Importer, table
from services.importing.random_steps import ACT, LISTED_LICENSE, LISTED_PACK, act
from services.stock import dump, every

from tslic_admin.db.driver import connect_reader
from tslic_admin.db.history.state_at import RowValues, rows_at
from tslic_admin.db.schema.tables import RECORDED_TABLES
from tslic_admin.db.store import Store
from tslic_admin.domain.history.voids import Dependent
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.history import voiding
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.services.importing.files import ImportOptions

SNAPSHOT = st.tuples(
    st.just("A"),
    st.lists(LISTED_PACK, max_size=3, unique_by=lambda row: row["KeyPackId"]),
    st.lists(LISTED_LICENSE, max_size=4, unique_by=lambda row: (row["KeyPackId"], row["LicenseId"])),
    st.integers(0, 2),
)
VOID = st.tuples(st.integers(1, 3))  # the last entry but so many


def take(importer: Importer, snapshot) -> None:
    server, listed_packs, listed, later = snapshot
    importer.clock.now += timedelta(days=later)
    files = [
        table(name, *(whole | row | {"Server": server} for row in rows))
        for name, whole, rows in (("l.csv", LICENSE, listed), ("p.csv", PACK, listed_packs))
        if rows
    ]
    importer.take(*files, skip_refused=True)


State = dict[str, list[RowValues]]


def state_at(path: Path, clock: Clock, entry: int) -> State:
    """All rows after an entry: after the last one by the tables, after another by the walk over the history."""
    with closing(connect_reader(path, clock)) as connection:
        return {table.KIND: list(rows_at(connection, table, entry)) for table in RECORDED_TABLES}


def void_or_not(store: Store, back: int) -> None:
    """Where it is refused nothing is changed; voiding the last entry leaves the tables as they were before it."""
    last = every(store, "SELECT coalesce(max(number), 0) AS n FROM entry")[0]["n"]
    before = dump(store)
    entries: tuple[Dependent, ...] = ()
    try:
        with store.writing() as session:
            voiding.void(session, last + 1 - back, reason="x")
    except RuleViolation as violation:
        entries = violation.facts.get("entries", ())
        assert dump(store) == before
    assert all(last + 1 - back < one.entry <= last for one in entries)


@given(st.lists(SNAPSHOT | ACT | VOID, min_size=1, max_size=14))
@settings(max_examples=50)
def test_after_any_void_the_tables_are_what_the_standing_entries_say(
    template_database, tmp_path_factory, steps
):
    path = tmp_path_factory.mktemp("void") / "t.sqlite"
    path.write_bytes(template_database.read_bytes())
    clock = Clock()
    store = Store(path, actor="tester@box", now=clock)
    importer = Importer(store, clock, ImportOptions())
    recorded: dict[int, State] = {}
    try:
        for step in steps:
            if len(step) == 4:
                take(importer, step)
            elif len(step) == 3:
                act(store, *step)
            else:
                void_or_not(store, *step)
            check_standing(store)
            last = every(store, "SELECT coalesce(max(number), 0) AS n FROM entry")[0]["n"]
            recorded[last] = state_at(path, clock, last)
        assert verify(path, clock).state is VerificationState.INTACT
        for entry, then in recorded.items():
            assert state_at(path, clock, entry) == then, "what the walk gives is what the tables held then"
    finally:
        store.close()


@given(st.lists(SNAPSHOT | ACT, min_size=1, max_size=6), SNAPSHOT | ACT)
@settings(max_examples=40)
def test_an_act_that_is_voided_at_once_leaves_the_tables_as_they_were(
    template_database, tmp_path_factory, steps, last
):
    path = tmp_path_factory.mktemp("void") / "t.sqlite"
    path.write_bytes(template_database.read_bytes())
    clock = Clock()
    store = Store(path, actor="tester@box", now=clock)
    importer = Importer(store, clock, ImportOptions())
    try:
        for step in [*steps, last]:
            before = tables(store)
            numbers = [row["number"] for row in every(store, "SELECT number FROM entry")]
            take(importer, step) if len(step) == 4 else act(store, *step)
        made = [row for row in every(store, "SELECT * FROM entry") if row["number"] not in numbers]
        if made and made[0]["kind"] in ("import", "transfer.mark", "reissue.record", "pack.add"):
            with store.writing() as session:
                voiding.void(session, made[0]["number"], reason="x")
            after = tables(store)
            names = {row["name"] for row in before["server"].values()}
            after["server"] = {n: row for n, row in after["server"].items() if row["name"] in names}
            assert after == before
            assert verify(path, clock).state is VerificationState.INTACT
    finally:
        store.close()
