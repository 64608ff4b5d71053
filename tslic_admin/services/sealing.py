"""Writes the history entry of an act, and reads what acts have in common: the clock, the reason and typed fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import Line
from tslic_admin.db.history.recording import Value, seal
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import LONGEST_INPUT, is_typable
from tslic_admin.services.changes import ActResult, Changes

FieldValue = str | int | None


def typed_text(text: str, *, field: str) -> str:
    """Free text without spaces around it. Raises RuleViolation `text-too-long` or `text-malformed`."""
    text = text.strip()
    if len(text) > LONGEST_INPUT:
        raise RuleViolation("text-too-long", field=field, longest=LONGEST_INPUT)
    if not is_typable(text):
        raise RuleViolation("text-malformed", field=field)
    return text


def optional_text(text: str | None, *, field: str) -> str | None:
    """Like `typed_text`, but return None if the text is empty or blank."""
    return typed_text(text, field=field) or None if text else None


def change_fields(row: object, readers: Mapping[str, Callable[..., FieldValue]], typed: object) -> None:
    """Set the fields of a row that have a text in `typed` (None: not touched; empty: cleared).

    Raises what the readers raise.
    """
    for field, read in readers.items():
        text: str | None = getattr(typed, field)
        if text is not None:
            setattr(row, field, read(text, field=field) if text.strip() else None)


FieldChanges = dict[str, tuple[Value, Value]]


def now(session: Session) -> datetime:
    at: datetime = session.info["now"]()
    return at


def today(session: Session) -> date:
    """The local calendar day."""
    return now(session).astimezone().date()


def seal_act(
    session: Session,
    kind: str,
    changes: Changes,
    *,
    on: date | None = None,
    reason: str | None = None,
    bulk_lines: Iterable[Line] = (),
) -> ActResult:
    """Seal the act with its entry; where nothing changed there is none, and nothing to refresh.

    `bulk_lines`: lines of bulk writers.
    """
    entry = seal(session, kind, on=on, reason=reason, bulk_lines=bulk_lines)
    return ActResult(entry, changes | Changes.HISTORY if entry else Changes.NONE)


def require_reason(reason: str | None) -> str:
    """Raises RuleViolation `reason-missing`, or typed_text's."""
    if reason is None or not reason.strip():
        raise RuleViolation("reason-missing", field="reason")
    return typed_text(reason, field="reason")
