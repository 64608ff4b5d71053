"""The Clearinghouse kit: for each license server a page of what the Clearinghouse asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from tslic_admin.db.lists.pages import ReadView, read_view
from tslic_admin.domain.catalogue.key_packs import KEY_PACK, PACKS, PackLine
from tslic_admin.domain.catalogue.kinds import R
from tslic_admin.domain.catalogue.reissues import REISSUES, RequestLine
from tslic_admin.domain.catalogue.servers import SERVER, SERVERS, ServerLine
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.codes import LICENSE_CODE, LICENSE_KEY_PACK_ID, group_code
from tslic_admin.domain.licenses.packs import is_purchased
from tslic_admin.domain.progress import Progress
from tslic_admin.formats.writing.html_pages import Fact, Lines, Row, Section, Span, Table, Value, write_page
from tslic_admin.services.identity import PROGRAM_NAME, program_version
from tslic_admin.services.output_file import HashedText, new_file
from tslic_admin.services.reports.report import ReportResult
from tslic_admin.wording.exporting import clearinghouse as words
from tslic_admin.wording.exporting.exports import head_text
from tslic_admin.wording.lists.columns import Column
from tslic_admin.wording.values import time_text

_GROUPED = {LICENSE_CODE.length, LICENSE_KEY_PACK_ID.length}
_SECRET = {field.attribute for thing in (SERVER, KEY_PACK) for field in thing.fields if field.secret}


def write_kit(
    path: Path,
    now: Callable[[], datetime],
    server_id: int | None,
    target: Path | BinaryIO,
    progress: Progress = lambda *_: None,
) -> ReportResult:
    """Write the kit of one server or of all, with every secret masked.

    Raises StoreTrouble: the store's, or `file-not-written`; RuleViolation `target-is-store`.
    """
    if isinstance(target, Path):
        with new_file(target, besides=path) as stream:
            return write_kit(path, now, server_id, stream, progress)
    return write_kit_to(path, now, server_id, target, progress)


def write_kit_to(
    path: Path,
    now: Callable[[], datetime],
    server_id: int | None,
    target: BinaryIO,
    progress: Progress = lambda *_: None,
    *,
    revealed: tuple[int, str] | None = None,
) -> ReportResult:
    """The same to an open stream. `revealed`: the entry *reveal*, if secrets are unmasked."""
    hashed = HashedText(target)
    with read_view(path, now) as state:
        kit = _Kit(state, revealed is not None, revealed or state.head())
        write_page("clearinghouse_kit.mako", kit.page(server_id, now(), path, progress), hashed)
    return ReportResult(
        rows=kit.packs, sha256=hashed.finish(), head=kit.head, entry=revealed[0] if revealed else None
    )


@dataclass(frozen=True, slots=True)
class KitSheet:
    """What the Clearinghouse asks for about one license server."""

    server: str
    facts: Iterable[Fact]
    sections: Iterator[Section]


@dataclass(frozen=True, slots=True)
class KitPage:
    """The page. Its sheets are read from the store while it is written. `notice`: what it says about its codes."""

    title: str
    purpose: str
    notice: str
    unmasked: bool
    nothing: str
    sheets: Iterator[KitSheet]
    origin: str


class _Kit:
    """The kit while it is written. `packs`: how many key packs were listed."""

    def __init__(self, state: ReadView, reveal: bool, head: tuple[int, str] | None) -> None:  # noqa: FBT001
        self._state, self._reveal, self.head = state, reveal, head
        self.packs = 0

    def page(self, server_id: int | None, made_at: datetime, store: Path, progress: Progress) -> KitPage:
        servers = list(self._state.rows(SERVERS, server_id=server_id, reveal=self._reveal))
        at = f"{time_text(iso(made_at))} {made_at.astimezone().tzname() or ''}".strip()
        program = f"{PROGRAM_NAME} {program_version()}"
        return KitPage(
            words.KIT_TITLE,
            words.KIT_PURPOSE,
            words.UNMASKED if self._reveal else words.MASKED,
            self._reveal,
            "" if servers else words.KIT_NO_SERVERS,
            self._sheets(servers, progress),
            words.ORIGIN_LINE.format(at=at, program=program, store=store, head=head_text(self.head)),
        )

    def _sheets(self, servers: list[ServerLine], progress: Progress) -> Iterator[KitSheet]:
        for count, server in enumerate(servers):
            progress(count, len(servers))
            facts = (
                (column.title, _shown_cell(column, server) or words.NOT_RECORDED)
                for column in words.SERVER_IDENTIFIERS
            )
            yield KitSheet(server.name, facts, chain(self._key_packs(server), self._reissues(server)))

    def _key_packs(self, server: ServerLine) -> Iterator[Section]:
        packs = list(self._state.rows(PACKS, server_id=server.number, ended=True, reveal=self._reveal))
        purchased = [pack for pack in packs if is_purchased(pack.product_type, pack.key_pack_type)]
        open_packs = [pack for pack in purchased if pack.closed_on is None]
        closed_packs = [pack for pack in purchased if pack.closed_on is not None]
        self.packs += len(purchased)
        pools = sum(pack.closed_on is None for pack in packs) - len(open_packs)
        heading = words.KEY_PACKS_HEADING
        yield Section(
            heading,
            "" if open_packs else words.KIT_NO_PACKS,
            _table(words.KIT_PACK_COLUMNS, open_packs, heading) if open_packs else None,
            words.pools_text(pools) if pools else "",
        )
        if closed_packs:
            heading, columns = words.CLOSED_PACKS_HEADING, (*words.KIT_PACK_COLUMNS, words.CLOSED_COLUMN)
            yield Section(heading, table=_table(columns, closed_packs, heading))

    def _reissues(self, server: ServerLine) -> Iterator[Section]:
        requests = self._state.rows(REISSUES, server_id=server.number, ended=True)
        calls = [request for request in requests if request.pack_id is not None]
        headings = (*_headings(words.KIT_REISSUE_COLUMNS), *_headings(words.REISSUED_PACK_COLUMNS))
        table = Table(headings, map(self._reissue, calls), words.REISSUES_HEADING)
        yield Section(
            words.REISSUES_HEADING, "" if calls else words.KIT_NO_REISSUES, table if calls else None
        )

    def _reissue(self, request: RequestLine) -> Row:
        pack = next(self._state.rows(PACKS, record_id=request.pack_id, ended=True, reveal=self._reveal))
        return Row((*_cells(words.KIT_REISSUE_COLUMNS, request), *_cells(words.REISSUED_PACK_COLUMNS, pack)))


def _table(columns: Sequence[Column[PackLine]], packs: Sequence[PackLine], label: str) -> Table:
    return Table(_headings(columns), (Row(_cells(columns, pack)) for pack in packs), label)


def _headings(columns: Iterable[Column[R]]) -> list[str]:
    return [column.title for column in columns]


def _cells(columns: Iterable[Column[R]], row: R) -> list[Value]:
    return [_shown_cell(column, row) for column in columns]


def _shown_cell(column: Column[R], row: R) -> Value:
    value = column.show(row)
    if column.key == "purchase_number" and isinstance(row, PackLine) and row.authorization_number:
        return Lines((_code(value), words.AUTHORIZATION_LABEL, _code(row.authorization_number)))
    return _code(value) if column.key in _SECRET else value


def _code(value: str | int | None) -> Span | int | None:
    """A code in groups of five, to be read out; agreement numbers stay ungrouped."""
    if not isinstance(value, str):
        return value
    return Span(group_code(value) if len(value) in _GROUPED else value, style="code")
