"""The Clearinghouse kit: for each license server a page of what the Clearinghouse asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from tslic_admin.db.lists.pages import ReadView, read_view
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.reissues import REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.codes import LICENSE_CODE, LICENSE_KEY_PACK_ID, group_code
from tslic_admin.domain.licenses.packs import is_purchased
from tslic_admin.formats.writing.html_pages import (
    PAGE_END,
    Html,
    HtmlValue,
    html_facts,
    html_row,
    html_table,
    html_text,
    page_start,
)
from tslic_admin.services.identity import PROGRAM_NAME, program_version
from tslic_admin.services.output_file import HashedText, new_file
from tslic_admin.services.reports.report import ReportProgress, ReportResult
from tslic_admin.wording.exporting import clearinghouse as words
from tslic_admin.wording.exporting.exports import head_text
from tslic_admin.wording.lists.columns import Column
from tslic_admin.wording.values import time_text

# Browsers repeat the head of the outer table on every printed page of its server. `position: fixed` would cover
# the text below it.
KIT_STYLE = """
.sheet { width: 100%; table-layout: fixed; border: none; }
.sheet > thead > tr > th, .sheet > tbody > tr > td { border: none; padding: 0; max-width: none; white-space: normal;
  overflow-wrap: normal; }
.sheet > tbody > tr { break-inside: auto; }
.sheet + .sheet { break-before: page; }
.running { display: flex; justify-content: space-between; gap: 2rem; border-bottom: 2px solid; margin-bottom: .6rem;
  padding-bottom: .2rem; }
.running > * { overflow-wrap: anywhere; unicode-bidi: isolate; }
.running > .said { flex: none; overflow-wrap: normal; }
.made { font-size: .9em; margin-top: 1.2em; overflow-wrap: anywhere; }
.code { font-family: monospace; white-space: normal; overflow-wrap: normal; }
td .code { display: inline-block; min-width: 18ch; }
@page { size: A4 landscape; }
@media screen { .sheet + .sheet { margin-top: 3rem; } }
"""
_GROUPED = {LICENSE_CODE.length, LICENSE_KEY_PACK_ID.length}
_SECRET = {"license_server_id", "purchase_number", "code"}


def write_kit(
    path: Path,
    now: Callable[[], datetime],
    server_id: int | None,
    target: Path | BinaryIO,
    progress: ReportProgress = lambda *_: None,
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
    progress: ReportProgress = lambda *_: None,
    *,
    revealed: tuple[int, str] | None = None,
) -> ReportResult:
    """The same to an open stream. `revealed`: the entry *reveal*, if secrets are unmasked."""
    hashed = HashedText(target)
    with read_view(path, now) as state:
        kit = _Kit(state, revealed is not None, revealed or state.head())
        for piece in kit.page(server_id, now(), path, progress):
            hashed.write(piece)
    return ReportResult(
        rows=kit.packs, sha256=hashed.finish(), head=kit.head, entry=revealed[0] if revealed else None
    )


class _Kit:
    """The kit while it is written. `packs`: how many key packs were listed."""

    def __init__(self, state: ReadView, reveal: bool, head: tuple[int, str] | None) -> None:  # noqa: FBT001
        self._state, self._reveal, self.head = state, reveal, head
        self.packs = 0

    def page(
        self, server_id: int | None, made_at: datetime, store: Path, progress: ReportProgress
    ) -> Iterator[str]:
        servers = list(self._state.rows(SERVERS, server_id=server_id, reveal=self._reveal))
        yield page_start(words.KIT_TITLE, style=KIT_STYLE)
        if not servers:
            yield f"<h1>{words.KIT_TITLE}</h1>\n<p>{words.KIT_NO_SERVERS}</p>\n"
        at = f"{time_text(iso(made_at))} {made_at.astimezone().tzname() or ''}".strip()
        program = f"{PROGRAM_NAME} {program_version()}"
        about = words.ORIGIN_LINE.format(at=at, program=program, store=store, head=head_text(self.head))
        for count, server in enumerate(servers):
            progress(count, len(servers))
            yield from self._sheet(server, about)
        yield PAGE_END

    def _sheet(self, server: Any, about: str) -> Iterator[str]:
        notice = words.UNMASKED if self._reveal else words.MASKED
        kind = "said warning" if self._reveal else "said"
        yield (
            '<table class="sheet" role="presentation">\n<thead><tr><th><div class="running">'
            f'<span>{words.KIT_TITLE}: {html_text(server.name)}</span><span class="{kind}">{notice}</span></div></th></tr></thead>\n'
            f"<tbody><tr><td>\n<h1>{html_text(server.name)}</h1>\n<p>{words.KIT_PURPOSE}</p>\n"
        )
        yield html_facts(
            (column.title, _shown_cell(column, server) or words.NOT_RECORDED)
            for column in words.SERVER_IDENTIFIERS
        )
        yield from self._key_packs(server)
        yield from self._reissues(server)
        yield f'<p class="made">{html_text(about)}</p>\n</td></tr></tbody>\n</table>\n'

    def _key_packs(self, server: Any) -> Iterator[str]:
        packs = list(self._state.rows(PACKS, server_id=server.number, ended=True, reveal=self._reveal))
        purchased = [pack for pack in packs if is_purchased(pack.product_type, pack.key_pack_type)]
        open_packs = [pack for pack in purchased if pack.closed_on is None]
        closed_packs = [pack for pack in purchased if pack.closed_on is not None]
        self.packs += len(purchased)
        yield f"<h2>{words.KEY_PACKS_HEADING}</h2>\n"
        yield from (
            _table(words.KIT_PACK_COLUMNS, open_packs, words.KEY_PACKS_HEADING)
            if open_packs
            else [f"<p>{words.KIT_NO_PACKS}</p>\n"]
        )
        if pools := sum(pack.closed_on is None for pack in packs) - len(open_packs):
            yield f"<p>{words.pools_text(pools)}</p>\n"
        if closed_packs:
            yield f"<h2>{words.CLOSED_PACKS_HEADING}</h2>\n"
            yield from _table(
                (*words.KIT_PACK_COLUMNS, words.CLOSED_COLUMN), closed_packs, words.CLOSED_PACKS_HEADING
            )

    def _reissues(self, server: Any) -> Iterator[str]:
        yield f"<h2>{words.REISSUES_HEADING}</h2>\n"
        requests = self._state.rows(REISSUES, server_id=server.number, ended=True)
        calls = [request for request in requests if request.pack_id is not None]
        if not calls:
            yield f"<p>{words.KIT_NO_REISSUES}</p>\n"
            return
        headings = (
            *(column.title for column in words.KIT_REISSUE_COLUMNS),
            words.CODE_HEADING,
            words.REISSUED_INTO_HEADING,
        )
        yield from html_table(headings, map(self._reissue, calls), label=words.REISSUES_HEADING)

    def _reissue(self, request: Any) -> str:
        pack = next(self._state.rows(PACKS, record_id=request.pack_id, ended=True, reveal=self._reveal))
        cells = (_shown_cell(column, request) for column in words.KIT_REISSUE_COLUMNS)
        return html_row((*cells, _code(pack.code), words.request_pack_text(pack)))


def _table(columns: Sequence[Column[Any]], packs: Sequence[Any], label: str) -> Iterator[str]:
    rows = (html_row(_shown_cell(column, pack) for column in columns) for pack in packs)
    return html_table([column.title for column in columns], rows, label=label)


def _shown_cell(column: Column[Any], item: Any) -> HtmlValue:
    value = column.show(item)
    if column.key == words.PURCHASE_NUMBER_COLUMN.key and item.authorization_number:
        return Html(
            f"{_code(value) or ''}<br>{words.AUTHORIZATION_LABEL}<br>{_code(item.authorization_number)}"
        )
    return _code(value) if column.key in _SECRET else value


def _code(value: HtmlValue) -> HtmlValue:
    """A code in groups of five, to be read out; agreement numbers stay ungrouped."""
    if not isinstance(value, str):
        return value
    return Html(
        f'<span class="code">{html_text(group_code(value) if len(value) in _GROUPED else value)}</span>'
    )
