"""Fills an empty store with the sample through the services, with the clock set to the day of each act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.driver import utc_now
from tslic_admin.db.schema.tables import EntryRow
from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.identity import current_actor
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.sample.story import RECORD_CHAPTERS, STOCK_CHAPTERS

StoryAct = Callable[[Session], object]


class _StoryTeller:
    """Collects the acts of all chapters and carries them out in the order of their days."""

    def __init__(self, path: Path, today: datetime) -> None:
        self._today = today.replace(hour=9, minute=12, second=0, microsecond=0)
        self._at = self._today
        self._store = Store(path, actor=current_actor(), now=lambda: self._at)
        self._plan: list[tuple[int, StoryAct]] = []

    def day(self, days_ago: int) -> str:
        """The ISO day so many days before today; negative: after it."""
        return self.moment(days_ago).astimezone().date().isoformat()

    def moment(self, days_ago: int) -> datetime:
        return self._today - timedelta(days=days_ago)

    def do(self, days_ago: int, *acts: StoryAct) -> None:
        """Acts of one day, each in a transaction of its own."""
        self._plan += [(days_ago, act) for act in acts]

    def import_file(self, days_ago: int, name: str, content: bytes, server: str) -> None:
        """Import a file as it was taken on its day."""
        options = ImportOptions(server=server, taken_at=self.moment(days_ago))

        def act(session: Session) -> None:
            with stage([SourceFile(name, content)], options) as staged:
                imports.apply(session, staged, skip_refused=False)

        self.do(days_ago, act)

    def tell(self) -> None:
        """Carry out the acts in chronological order, those of one day seven minutes apart."""
        acts_of_day: dict[int, int] = {}
        for days_ago, act in sorted(self._plan, key=lambda one: -one[0]):
            minutes = 7 * acts_of_day.setdefault(days_ago, 0)
            acts_of_day[days_ago] += 1
            self._at = min(self.moment(days_ago) + timedelta(minutes=minutes), self._today)
            with self._store.writing() as session:
                act(session)

    def close(self) -> None:
        self._store.close()


def require_empty(session: Session) -> None:
    """Raises RuleViolation `store-not-empty` if the store has history entries: the sample never mixes with real records."""
    if session.scalar(select(func.count()).select_from(EntryRow)):
        raise RuleViolation("store-not-empty")


def fill_store(path: Path, now: Callable[[], datetime] = utc_now) -> None:
    """Fill an empty store with the sample, its days counted back from now.

    Raises RuleViolation `store-not-empty`.
    """
    story = _StoryTeller(path, now().astimezone(UTC))
    try:
        with story._store.reading() as session:  # noqa: SLF001 - this function created it
            require_empty(session)
        for chapter in (*STOCK_CHAPTERS, *RECORD_CHAPTERS):
            chapter(story)
        story.tell()
    finally:
        story.close()
