"""The commands that list records; they read through the plain driver and import no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tslic_admin.console.command import EXIT_ATTENTION, SERVER_FILTER, Command, Option
from tslic_admin.console.invocation import Invocation
from tslic_admin.db.lists.pages import every_row, read_view
from tslic_admin.domain.catalogue.history import CHANGES, HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.kinds import ListKind, R
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import DUE
from tslic_admin.domain.catalogue.reissues import REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.spec import Filters
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.domain.licenses.issuances import read_status
from tslic_admin.domain.licenses.packs import read_count
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.lists import changes_spec, read_due
from tslic_admin.wording.lists.all_lists import words_of
from tslic_admin.wording.lists.history import entry_item
from tslic_admin.wording.lists.licenses import SORTS
from tslic_admin.wording.lists.machine import Machine
from tslic_admin.wording.lists.servers import server_console_item


def _show(
    invocation: Invocation,
    kind: ListKind[R],
    rows: Iterable[R],
    item: Callable[[R], Machine] | None = None,
) -> int:
    """Write a list as its declaration says. `item`: if the console has another machine form than files."""
    words = words_of(kind)
    table, form = words.console, words.machine
    if table is None or form is None:
        raise LookupError(f"{kind} is not listed on the console")
    return invocation.show(
        rows,
        words.file_columns(*table.columns),
        item or (lambda row: form.item(row, invocation.rows)),
        nothing=table.nothing,
    )


def list_servers(invocation: Invocation) -> int:
    return _show(invocation, SERVERS, invocation.rows(SERVERS), server_console_item)


def list_key_packs(invocation: Invocation) -> int:
    # closed packs too: the list says since when they are
    return _show(invocation, PACKS, invocation.rows(PACKS, server_id=invocation.server_id(), ended=True))


def list_licenses(invocation: Invocation) -> int:
    status, limit, offset = invocation.text("status"), invocation.text("limit"), invocation.text("offset")
    filters: Filters = {
        "status": read_status(status) if status is not None else None,
        "ended": invocation.switch("ended"),
        "search": invocation.text("search") or "",
        "sort": _sort_column(invocation.text("sort")),
        "server_id": invocation.server_id(),
    }
    first = read_count(offset, field="offset") if offset is not None else 0
    most = read_count(limit, field="limit") if limit is not None else -1
    filters.update(_pack_filter(invocation, filters["server_id"]))
    return _show(invocation, LICENSES, invocation.rows(LICENSES, limit=most, offset=first, **filters))


def _sort_column(column: str | None) -> str:
    """By the property's name or the list's; by server, key pack and license ID where none is given."""
    if column is None:
        return "place"
    name = column.strip().casefold()
    key = {title.casefold(): key for title, key in SORTS.items()}.get(name, name)
    if key not in LICENSES.fields:
        raise RuleViolation("sort-unknown", field="sort", value=column, known=", ".join(SORTS))
    return key


def _pack_filter(invocation: Invocation, server_id: int | None) -> Filters:
    """The packs that --key-pack means: a Keypack ID, on every server where none is named, or one PACK."""
    text = invocation.text("pack")
    if text is None:
        return {}
    if "/" in text:
        return {"pack_id": invocation.record_id("pack", text)}
    tail = text.strip()
    digits = tail.removeprefix("#")
    if not (digits.isdecimal() and digits.isascii()):
        raise RuleViolation("pack-malformed", field="pack", value=text)
    number = int(digits)
    for pack in invocation.rows(PACKS, server_id=server_id, ended=True):
        if tail.startswith("#") and pack.number == number:
            return {"pack_id": number}
        if not tail.startswith("#") and pack.keypack_id == number:
            return {"keypack_id": number}
    raise RuleViolation("pack-unknown", field="pack", value=text)


def list_transfers(invocation: Invocation) -> int:
    return _show(invocation, TRANSFERS, invocation.rows(TRANSFERS, ended=True))


def list_requests(invocation: Invocation) -> int:
    return _show(invocation, REISSUES, invocation.rows(REISSUES, ended=True))


def list_history(invocation: Invocation) -> int:
    invocation.open_file()
    with read_view(invocation.path, invocation.now) as state:
        # an entry's lines are read at the same state of the store
        return _show(invocation, HISTORY, state.rows(HISTORY), lambda row: entry_item(row, state.rows))


def list_changes(invocation: Invocation) -> int:
    server_id = invocation.record_id("server", invocation.required("server"))
    spec = changes_spec(server_id, since=invocation.text("since"), until=invocation.text("until"))
    return _show(invocation, CHANGES, every_row(invocation.path, invocation.now, spec))


def list_due(invocation: Invocation) -> int:
    invocation.open_file()
    rows = read_due(
        invocation.path, invocation.now, within=invocation.text("within"), on=invocation.text("on")
    )
    _show(invocation, DUE, rows)
    return EXIT_ATTENTION if rows else 0


COMMANDS = (
    Command(("servers", "list"), list_servers),
    Command(("key-packs", "list"), list_key_packs, options=(SERVER_FILTER,)),
    Command(
        ("licenses", "list"),
        list_licenses,
        options=(
            SERVER_FILTER,
            Option("--key-pack", "pack", "N", "only of the key packs with this Keypack ID"),
            Option("--status", "status", "STATUS", "such as active or temporary, or its number"),
            Option("--ended", "ended", None, "those too that are no longer on their server"),
            Option(
                "--search", "search", "TEXT", "a part of a computer's or user's name, or of a hardware ID"
            ),
            Option("--sort", "sort", "COLUMN", "a property such as IssueDate, Holder or Record"),
            Option("--limit", "limit", "N", "at most so many"),
            Option("--offset", "offset", "N", "leave out so many before"),
        ),
    ),
    Command(
        ("compare",),
        list_changes,
        options=(
            Option("--server", "server", "NAME", "the license server", required=True),
            Option("--since", "since", "DAY", "of snapshots taken from this day on"),
            Option("--until", "until", "DAY", "of snapshots taken up to this day"),
        ),
    ),
    Command(("transfer", "list"), list_transfers),
    Command(("reissue", "list"), list_requests),
    Command(
        ("due",),
        list_due,
        options=(
            Option("--within", "within", "DAYS", "so many days ahead; else 14"),
            Option("--on", "on", "DAY", "as of this day; else today"),
        ),
    ),
    Command(("history", "list"), list_history),
)
