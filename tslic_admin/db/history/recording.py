"""Turn the changes of a session into event lines, and write their history entry with its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import cast

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from tslic_admin.db.history.references import reference
from tslic_admin.db.schema.tables import EntryRow, IssuanceRow, Recorded, ServerRow
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.codes import mask_code
from tslic_admin.domain.history.entries import (
    FORM_VERSION,
    GENESIS,
    EntryHead,
    EventLine,
    canonical_json,
    entry_digest,
    event_value,
)
from tslic_admin.domain.names import domain_of, label_of

BATCH = 5000
Value = str | int | None


@dataclass
class _Pending:
    """Changes of one act that no entry has sealed yet, in the order in which they were first made."""

    created: dict[Recorded, None] = field(default_factory=dict)
    changed: dict[Recorded, dict[str, list[Value]]] = field(default_factory=dict)
    order: dict[Recorded, None] = field(default_factory=dict)

    def clear(self) -> None:
        self.created.clear()
        self.changed.clear()
        self.order.clear()


def mask_secret(row: type[Recorded] | Recorded, attribute: str, value: Value) -> Value:
    """A field's value as history may show it: secrets masked."""
    if attribute in row.SECRET:
        return mask_code(cast("str | None", value))
    return value


def created_text(kind: type[Recorded] | Recorded, values: dict[str, Value]) -> str:
    """All values of a new thing, under their names in the history, as one canonical text."""
    return canonical_json(
        {
            name: mask_secret(kind, attribute, value) if attribute in kind.SECRET else value
            for attribute, name in kind.RECORDED.items()
            if (value := values.get(attribute)) is not None
        }
    )


# Columns that are computed from a recorded column, and therefore are not in the history: the recorded column, and the function.
DERIVED: dict[type[Recorded], tuple[str, dict[str, Callable[[str], str | None]]]] = {
    ServerRow: ("name", {"label": label_of, "domain": domain_of}),
    IssuanceRow: ("computer", {"computer_label": label_of}),
}


def record_changes(session: Session) -> None:
    """Watch a writing session from now on."""
    pending = _Pending()
    session.info = session.info | {"pending": pending}

    @event.listens_for(session, "before_flush")
    def _before_flush(session: Session, *_: object) -> None:
        for row in session.new:
            if isinstance(row, Recorded):
                pending.created[row] = None
                pending.order[row] = None
        for row in session.dirty:
            if isinstance(row, Recorded) and row not in pending.created:
                _collect_changes(session, pending, row)


def _collect_changes(session: Session, pending: _Pending, row: Recorded) -> None:
    for attribute in row.RECORDED:
        history = get_history(row, attribute)
        if history.has_changes():
            before = history.deleted[0] if history.deleted else _stored_value(session, row, attribute)
            fields = pending.changed.setdefault(row, {})
            fields.setdefault(attribute, [before, None])[1] = next(iter(history.added))
            pending.order[row] = None


def _number(row: Recorded) -> int:
    number: int = getattr(row, "id")  # noqa: B009 - each mapped class declares its own
    return number


def _stored_value(session: Session, row: Recorded, attribute: str) -> Value:
    """What the table still holds: an attribute that was set without having been read has no value before."""
    table = row.__table__
    with session.no_autoflush:
        value: Value = session.scalar(select(table.c[attribute]).where(table.c.id == _number(row)))
    return value


def refuse_unsealed(session: Session) -> None:
    """A change of recorded rows without a history entry is a bug: nothing is committed then."""
    session.flush()
    pending: _Pending = session.info["pending"]
    if pending.order:
        raise RuntimeError("an act changed recorded rows without a history entry")


def _lines(
    session: Session, pending: _Pending
) -> Iterator[tuple[str, int, str, str | None, str | None, str | None]]:
    for row in pending.order:
        number = _number(row)
        if row in pending.created:
            values = {attribute: getattr(row, attribute) for attribute in row.RECORDED}
            yield row.KIND, number, reference(session, row), None, None, created_text(row, values)
        else:
            for attribute, (before, after) in pending.changed[row].items():
                if before != after:
                    yield (
                        row.KIND,
                        number,
                        reference(session, row),
                        row.RECORDED[attribute],
                        event_value(mask_secret(row, attribute, before)),
                        event_value(mask_secret(row, attribute, after)),
                    )


def next_entry(session: Session) -> tuple[int, str]:
    """The number that the next entry gets, and the digest it follows."""
    last = session.execute(
        select(EntryRow.number, EntryRow.digest).order_by(EntryRow.number.desc()).limit(1)
    ).first()
    return (last.number + 1, last.digest) if last else (1, GENESIS)


def seal(
    session: Session,
    kind: str,
    *,
    on: date | None = None,
    reason: str | None = None,
    voids: int | None = None,
    bulk_lines: Iterable[tuple[str, int, str, str | None, str | None, str | None]] = (),
) -> int | None:
    """Write the act's one history entry; returns its number, or None where nothing was changed.

    `on`: the day the act took effect (today's where not given). `bulk_lines`: lines of bulk writers: kind,
    record, reference, field, before, after. `voids`: the entry that this one takes back.
    """
    session.flush()
    pending: _Pending = session.info["pending"]
    number, previous = next_entry(session)
    # in the digest by a line of its own, which verification.py holds the column against
    voiding = () if voids is None else (("entry", voids, str(voids), "VoidedBy", None, str(number)),)
    every = chain(_lines(session, pending), bulk_lines, voiding)
    lines = (EventLine(n, *line) for n, line in enumerate(every, start=1))
    now: datetime = session.info["now"]()
    head = EntryHead(
        number=number,
        recorded_at=iso(now.replace(microsecond=0)),
        effective_on=(on or now.astimezone().date()).isoformat(),
        actor=session.info["actor"],
        kind=kind,
        reason=reason or None,
        previous=previous,
    )
    written = _Counted(session, number, lines)
    sealed = entry_digest(head, written)
    pending.clear()
    if written.count == 0:  # whatever was changed was changed back
        return None
    session.execute(
        insert(EntryRow).values(
            number=number,
            recorded_at=head.recorded_at,
            effective_on=head.effective_on,
            actor=head.actor,
            kind=kind,
            reason=head.reason,
            voids=voids,
            form=FORM_VERSION,
            previous=previous,
            digest=sealed,
        )
    )
    return number


class _Counted:
    """Hands lines on to the digest while it writes them in batches: a million lines pass through once."""

    def __init__(self, session: Session, entry: int, lines: Iterator[EventLine]) -> None:
        self._session, self._entry, self._lines = session, entry, lines
        self.count = 0

    def __iter__(self) -> Iterator[EventLine]:
        driver = self._session.connection()
        names = ("line", "kind", "record", "reference", "field", "before", "after")
        marks = ", ".join("?" * (len(names) + 1))
        sql = f"INSERT INTO event_line (entry, {', '.join(names)}) VALUES ({marks})"
        while batch := list(islice(self._lines, BATCH)):
            driver.exec_driver_sql(sql, [(self._entry, *line) for line in batch])
            self.count += len(batch)
            yield from batch
