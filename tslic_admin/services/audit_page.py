"""The audit report as one page: its head, the figures of each server, and the entries that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from tslic_admin.db.frozen import Frozen
from tslic_admin.db.moved_since import moved_by
from tslic_admin.db.periods import Entry, entries_of
from tslic_admin.db.verification import Finding
from tslic_admin.domain.audit import Term
from tslic_admin.domain.clocks import iso
from tslic_admin.domain.packs import UNLIMITED
from tslic_admin.formats.html_page import END, Figure, Html, Said, begin, facts, row, table, text
from tslic_admin.services.audit import Audit, Audited
from tslic_admin.services.audit_records import records
from tslic_admin.services.history import State, Verification
from tslic_admin.services.linked_entries import Links
from tslic_admin.services.program import NAME, program_version
from tslic_admin.wording import audit as words
from tslic_admin.wording.columns import number_cell
from tslic_admin.wording.days import time_text
from tslic_admin.wording.history import FINDINGS
from tslic_admin.wording.values import ACTS, origin_text, pack_text, version_and_type

STYLE = """
.from { display: block; font-size: .85em; white-space: normal; }
.digest { font-family: monospace; font-size: .8em; overflow-wrap: anywhere; }
.sum td { font-weight: 600; border-top: 2px solid; }
@page { size: A4 landscape; }
"""


def page(
    state: Frozen, audit: Audit, verification: Verification, made_at: datetime, store: Path
) -> Iterator[str]:
    """The whole page in pieces: lists of any length pass through one by one."""
    links = Links(audit.period)
    yield begin(words.TITLE, style=STYLE)
    yield f"<h1>{words.TITLE}</h1>\n"
    yield from _warnings(audit, verification.finding)
    yield facts(_about(audit, verification, made_at, store))
    yield from _servers(state, audit, links)
    yield from records(state, audit, links)
    yield from _entries(state, audit, links)
    yield "<h2>How this was counted</h2>\n" + facts(words.HOW.items()) + END


def _warnings(audit: Audit, finding: Finding | None) -> Iterator[str]:
    if finding is not None:
        said = FINDINGS[finding.code].format_map(finding.facts)
        yield f'<p class="warning">{text(words.ALTERED.format(finding=said))}</p>\n'
    wrong = [_name(audit, one) for one in audit.all_packs if not one.statement.adds_up]
    if wrong:
        yield f'<p class="warning">{text(words.DOES_NOT_ADD_UP.format(packs=", ".join(wrong)))}</p>\n'


def _about(
    audit: Audit, verification: Verification, made_at: datetime, store: Path
) -> Iterator[tuple[str, Said]]:
    period, head = audit.period, audit.head
    yield "Period", words.period_text(audit.wish.since, audit.wish.until)
    entries = words.entries_text(period.first, period.last, head[0] if head else 0)
    one_server = audit.wish.server_id is not None and period.first <= period.last
    yield "Entries", f"{entries}; listed are those about the license server" if one_server else entries
    yield (
        "License servers",
        ", ".join(server["name"] for server in audit.servers.values()) or words.NO_SERVERS,
    )
    intact = verification.state is State.INTACT
    held = words.INTACT.format(entries=verification.entries)
    yield "History, verified for this report", held if intact else "Not intact; see above"
    yield "Anchor", f"Entry {head[0]}, digest {head[1]}" if head else "Nothing was recorded yet"
    yield "Store", str(store)
    yield "Made", f"{time_text(iso(made_at))} {made_at.astimezone().tzname() or ''}".strip()
    yield "Program", f"{NAME} {program_version()}"


def _name(audit: Audit, one: Audited) -> str:
    """A server that was rebuilt has used its Keypack IDs again."""
    server, closed = audit.servers[one.pack["server_id"]]["name"], one.pack["closed_on"]
    name = pack_text(server, one.pack["keypack_id"], one.number)
    return f"{name}, closed {closed}" if closed else name


# the figures


def _servers(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    for number, server in audit.servers.items():
        yield f"<h2>License server {text(server['name'])}</h2>\n"
        packs = audit.packs[number]
        if not packs:
            yield f"<p>{words.NO_PACKS}</p>\n"
            continue
        yield "<h3>Installed, usable, held at the end of the period</h3>\n"
        stock = (*(_stock(audit, one, links) for one in packs), _sum(packs))
        yield from table(words.STOCK, stock, label=f"Key packs of {server['name']}")
        yield "<h3>Held: from opening to closing</h3>\n"
        each = (_statement(state, audit, one, links) for one in packs)
        statements = chain(each, [_statement_sum(packs)])
        yield from table(words.STATEMENT, statements, label=f"Held licenses of {server['name']}")


def _stock(audit: Audit, one: Audited, links: Links) -> str:
    pack = one.pack
    request = audit.requests.get(pack["request_id"])
    on = request["recorded_on"] if request else None
    total = None if one.total_said_by is None else f"entry {links.to([one.total_said_by])}"
    return row(
        (
            Html(f'<a href="#p{one.number}">{text(_name(audit, one))}</a>'),
            version_and_type(pack["product_version_id"], pack["product_type"], pack["product_version"]),
            origin_text(pack["origin"], pack["request_id"], on),
            _with(number_cell(pack["total"]), total),
            _with(sum(one.reissued_away.values()), links.amounts(one.reissued_away.items())),
            _with(number_cell(one.usable), None),
            one.statement.closing,
            _with(number_cell(pack["issued"]), None),
            words.remarks(one, request),
        )
    )


def _with(figure: Said, entries: str | None) -> Figure:
    below = f'<span class="from">{entries}</span>' if entries else ""
    return Figure(f"{text('' if figure is None else str(figure))}{below}")


def _sum(packs: list[Audited]) -> str:
    counted = [one for one in packs if one.counts]
    sums = (
        sum(one.pack["total"] or 0 for one in counted),
        sum(sum(one.reissued_away.values()) for one in counted),
        sum(one.usable or 0 for one in counted),
        sum(one.statement.closing for one in counted),
        sum(one.pack["issued"] or 0 for one in counted if one.pack["issued"] != UNLIMITED),
    )
    return row((words.SUM, None, None, *sums, None), attributes=' class="sum"')


def _statement(state: Frozen, audit: Audit, one: Audited, links: Links) -> str:
    held = one.statement
    terms = {
        Term.ISSUED: held.issued,
        Term.ENDED: -held.ended,
        Term.GIVEN_UP: -held.given_up,
        Term.CORRECTIONS: held.corrections,
    }
    closing: Said = held.closing
    if not held.adds_up:
        closing = Html(f'<strong class="warning">{words.disagreement(held.closing, held.reckoned)}</strong>')
    cells = (
        _with(
            f"{amount:+}" if term is Term.CORRECTIONS and amount else amount, _moved(state, one, term, links)
        )
        for term, amount in terms.items()
    )
    name = Html(f'<span id="p{one.number}">{text(_name(audit, one))}</span>')
    return row((name, held.opening, *cells, closing))


def _statement_sum(packs: list[Audited]) -> str:
    """Closed key packs too: what they held went somewhere."""
    held = [one.statement for one in packs if one.bought]
    sums = (
        sum(one.opening for one in held),
        sum(one.issued for one in held),
        -sum(one.ended for one in held),
        -sum(one.given_up for one in held),
        _with(_signed(sum(one.corrections for one in held)), None),
        sum(one.closing for one in held),
    )
    return row((words.SUM, *sums), attributes=' class="sum"')


def _signed(amount: int) -> str:
    return f"{amount:+}" if amount else "0"


def _moved(state: Frozen, one: Audited, term: Term, links: Links) -> str:
    return links.amounts(moved_by(state.connection, one.number, term))


# the entries


def _entries(state: Frozen, audit: Audit, links: Links) -> Iterator[str]:
    yield "<h2>History entries</h2>\n"
    if audit.period.last < audit.period.first:
        yield f"<p>{words.NO_ENTRIES}</p>\n"
        if not links.earlier:
            return
    found = entries_of(state.connection, audit.period, audit.wish.server_id, links.earlier)
    yield from table(words.ENTRIES, map(_entry, found), label="History entries")


def _entry(entry: Entry) -> str:
    done = ACTS.get(entry.kind, entry.kind)
    for said, other in ((", takes back", entry.voids), (", voided by", entry.voided_by)):
        if other is not None:
            done += f"{said} {other}"
    cells: Iterable[Said] = (
        *(entry.number, time_text(entry.recorded_at), entry.effective_on, entry.actor, done, entry.reason),
        Html(f'<span class="digest">{text(entry.digest)}</span>'),
    )
    return row(cells, attributes=f' id="e{entry.number}"')
