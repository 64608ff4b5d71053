"""The lists of an import, one for each server and file, and the reasons to refuse a whole list (rule 4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tslic_admin.db.history.bulk import NewRow
from tslic_admin.db.schema.tables import ServerRow, SnapshotRow
from tslic_admin.db.staging import StagedRefusal, StagedRow
from tslic_admin.domain.clocks import day_of
from tslic_admin.formats.tables.records import ServerSummary
from tslic_admin.services.importing.comparison import ListComparison
from tslic_admin.services.importing.files import ImportOptions, StagedFile
from tslic_admin.services.importing.stock_comparison import refuse_other_product, refuse_other_product_id
from tslic_admin.services.sealing import now, today

# checks, before anything is written, whether a list is of another server or of one that was rebuilt since
REBUILD_CHECKS: dict[str, Callable[[ListComparison, Iterable[StagedRow]], StagedRefusal | None]] = {
    "servers": refuse_other_product_id,
    "key-packs": refuse_other_product,
}


@dataclass
class ImportList:
    """One list of one server in one file, while an import compares it.

    `dated`: the user or the file gave the time at which it was taken. `newest`: the time of the newest imported list
    of the same server and subject.
    """

    file: StagedFile
    taken_at: datetime
    comparison: ListComparison
    dated: bool = False
    newest: str | None = None
    refused: bool = False
    empty: bool = False  # its file says that there was nothing to list

    @property
    def is_accepted(self) -> bool:
        """Whether any of its rows was accepted, or its file was accepted as an empty list."""
        return self.comparison.counts.accepted > 0 or (self.empty and not self.refused)

    @property
    def is_newer_snapshot(self) -> bool:
        """Whether its time is newer than that of every imported list: later imports refuse what is older.

        Such a list is recorded even if it changes nothing. A list without a time of its own never counts as newer,
        so that the same file again changes nothing.
        """
        return self.dated and (self.newest is None or self.comparison.taken_at > self.newest)


def summaries_by_list(
    files: Iterable[StagedFile], numbers: Mapping[str | None, int]
) -> dict[tuple[int, int], ServerSummary]:
    """The summaries in the files by file and server; they take precedence over the options of the import."""
    summaries: dict[tuple[int, int], ServerSummary] = {}
    for file in files:
        for name, summary in file.summaries.items():
            if name in numbers:
                key = file.number, numbers[name]
                summaries[key] = summaries[key].combine(summary) if key in summaries else summary
    return summaries


def empty_lists(
    summaries: Mapping[tuple[int, int], ServerSummary], listed: Mapping[str, Iterable[tuple[int, int]]]
) -> list[tuple[int, int]]:
    """File and server of each complete list of licenses without a row: its summary is complete, and it has key packs."""
    packs, licenses = set(listed["key-packs"]), set(listed["licenses"])
    return [
        key for key, summary in summaries.items() if summary.complete and key in packs and key not in licenses
    ]


def snapshot_time(
    session: Session, file: StagedFile, options: ImportOptions, summary: ServerSummary | None = None
) -> datetime:
    """When a list was taken: by the options, else by the file (`summary`: of its server alone), else now.

    Whole seconds only, so that the stored texts can be compared.
    """
    own = summary.taken_at if summary is not None else file.taken_at
    return (options.taken_at or own or now(session)).replace(microsecond=0)


def refuse_untimely(session: Session, lists: Iterable[ImportList]) -> None:
    """Refuse each list that is older than an imported one or from the future."""
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
    """Why a list is refused for its time; None if it is not."""
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


def refuse_rebuilt(lists: Iterable[ImportList], rows: Callable[[ImportList], Iterable[StagedRow]]) -> None:
    """If a list shows that its server was rebuilt, refuse its whole file and all other lists of that server.

    Otherwise the licenses of the new server would replace those of the old one.
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
