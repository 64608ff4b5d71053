"""The lists of an import, one for each server and file, and the reasons to refuse a whole list (rule 4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import NewRow
from tslic_admin.db.schema.tables import ServerRow, SnapshotRow
from tslic_admin.db.staging import StagedRefusal
from tslic_admin.domain.clocks import day_of
from tslic_admin.formats.tables.records import ServerSummary
from tslic_admin.services.importing.comparison import ListComparison, StagedRows
from tslic_admin.services.importing.files import ImportOptions, StagedFile
from tslic_admin.services.importing.stock_comparison import refuse_other_product, refuse_other_product_id
from tslic_admin.services.sealing import now, today

# what shows, before anything is taken, that a list is not that server's, or not that server's any more
REBUILD_CHECKS: dict[str, Callable[[ListComparison, StagedRows], StagedRefusal | None]] = {
    "servers": refuse_other_product_id,
    "key-packs": refuse_other_product,
}


@dataclass
class ImportList:
    """One list on its way through the comparison.

    `dated`: somebody said when it was taken, the user or the file. `newest`: when the newest applied one of its
    server and class was taken.
    """

    file: StagedFile
    taken_at: datetime
    comparison: ListComparison
    dated: bool = False
    newest: str | None = None
    refused: bool = False
    empty: bool = False  # its file says that there was nothing to list

    @property
    def is_taken(self) -> bool:
        """Whether anything of it was taken, also that there is nothing."""
        return self.comparison.counts.taken > 0 or (self.empty and not self.refused)

    @property
    def says_how_long(self) -> bool:
        """Whether that it was taken is news, even where nothing in it is: what is older is refused from now on.

        When a list without a date was read says nothing of when it was taken: the same file again is no news.
        """
        return self.dated and (self.newest is None or self.comparison.taken_at > self.newest)


def statements_by_list(
    files: Iterable[StagedFile], numbers: Mapping[str | None, int]
) -> dict[tuple[int, int], ServerSummary]:
    """What files say themselves of their lists, by file and server; it counts above what the user says of all."""
    statements: dict[tuple[int, int], ServerSummary] = {}
    for file in files:
        for name, summary in file.statements.items():
            if name in numbers:
                key = file.number, numbers[name]
                statements[key] = statements[key].combine(summary) if key in statements else summary
    return statements


def empty_lists(
    statements: Mapping[tuple[int, int], ServerSummary], listed: Mapping[str, Iterable[tuple[int, int]]]
) -> list[tuple[int, int]]:
    """Of which server in which file nothing is issued: it was read whole, and it has key packs."""
    packs, licenses = set(listed["key-packs"]), set(listed["licenses"])
    return [
        key
        for key, summary in statements.items()
        if summary.complete and key in packs and key not in licenses
    ]


def snapshot_time(
    session: Session, file: StagedFile, options: ImportOptions, summary: ServerSummary | None = None
) -> datetime:
    """When a list was made: as it was said, as the file says (`summary`: of its server alone), or now.

    In whole seconds, which alone compare as texts.
    """
    own = summary.taken_at if summary is not None else file.taken_at
    return (options.taken_at or own or now(session)).replace(microsecond=0)


def refuse_untimely(session: Session, lists: Iterable[ImportList]) -> None:
    """Refuse each list that cannot be taken now."""
    reported = set()
    for one in lists:
        refusal = _untimely_refusal(session, one)
        if refusal is None:
            continue
        one.refused = True
        if (key := (one.file.number, one.comparison.server, refusal.code)) not in reported:
            reported.add(key)
            one.comparison.refuse(refusal)


def _untimely_refusal(session: Session, one: ImportList) -> StagedRefusal | None:
    """Why a list cannot be taken now: it is older than the newest of its kind, or of the future."""
    name, taken = one.comparison.name, one.comparison.taken_at
    if one.taken_at > now(session):
        return future_refusal(session, name, taken)
    server = session.get(ServerRow, one.comparison.server)
    if server is not None and server.rebuilt_on is not None and one.comparison.day < server.rebuilt_on:
        facts = {"server": name, "on": server.rebuilt_on, "taken": one.comparison.day}
        return StagedRefusal(0, name, "snapshot-before-rebuild", facts)
    one.newest = newest = session.scalar(
        select(func.max(SnapshotRow.taken_at)).where(
            SnapshotRow.server_id == one.comparison.server,
            SnapshotRow.subject == one.comparison.subject,
            SnapshotRow.voided_by.is_(None),
        )
    )
    if newest is not None and taken < newest:
        return StagedRefusal(0, name, "snapshot-older", {"server": name, "taken": taken, "newest": newest})
    return None


def future_refusal(session: Session, name: str, taken: str) -> StagedRefusal:
    return StagedRefusal(0, name, "taken-in-future", {"taken": day_of(taken), "today": today(session)})


def refuse_rebuilt(lists: Iterable[ImportList], rows: Callable[[ImportList], StagedRows]) -> None:
    """A list of a server that looks rebuilt refuses its whole file, and all other lists of that server.

    Its licenses would otherwise take the places of those of the server that is known.
    """
    rebuilt: dict[int, StagedRefusal] = {}
    files = set()
    for one in lists:
        check = REBUILD_CHECKS.get(one.comparison.subject)
        refusal = None if check is None or one.refused else check(one.comparison, rows(one))
        if refusal is not None:
            rebuilt.setdefault(one.comparison.server, refusal)
            files.add(one.file.number)
    reported = set()
    for one in lists:
        refusal = rebuilt.get(one.comparison.server)
        one.refused = one.refused or refusal is not None or one.file.number in files
        if refusal is not None and (key := (one.file.number, one.comparison.server)) not in reported:
            reported.add(key)
            one.comparison.refuse(refusal)


def snapshot_row(one: ImportList, number: int, options: ImportOptions) -> NewRow:
    """The record that a list was taken."""
    file = one.file
    return NewRow(
        SnapshotRow,
        {
            "id": number,
            "server_id": one.comparison.server,
            "subject": one.comparison.subject,
            "taken_at": one.comparison.taken_at,
            "complete": int(one.comparison.complete),
            "file_name": file.name,
            "file_size": file.size,
            "file_sha256": file.sha256,
            "format": file.format or "",
            "date_order": file.date_order,
            "time_zone": options.time_zone,
        },
        file.name,
    )
