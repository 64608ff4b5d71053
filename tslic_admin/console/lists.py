"""The commands that list records; they read through the plain driver and import no SQLAlchemy."""

from __future__ import annotations

from typing import Any

from tslic_admin.console.call import Call
from tslic_admin.console.command import EXIT_ATTENTION, SERVER_FILTER, Command, Option
from tslic_admin.db.lists.pages import LIST_KINDS, every_row, read_view
from tslic_admin.domain.licenses.issuances import read_status
from tslic_admin.domain.licenses.packs import read_count
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.exporting import machine
from tslic_admin.services.lists import changes_spec, read_due
from tslic_admin.wording.columns import columns_of


def list_servers(call: Call) -> int:
    columns = columns_of(
        "servers",
        *("name", "activation", "windows_version", "role", "packs", "total", "issued", "shortage"),
        "product_id",
    )
    return call.show(call.rows("servers"), columns, machine.server_line, nothing="No servers are recorded.")


def list_key_packs(call: Call) -> int:
    # closed packs too: the list says since when they are
    rows = call.rows("key-packs", server_id=call.server_id(), ended=True)
    columns = columns_of(
        "key-packs",
        *("server", "keypack_id", "version", "key_pack_type", "total", "available", "issued", "shortage"),
        *("expires_at", "origin", "transfer_policy", "code", "closed_on"),
    )
    return call.show(rows, columns, machine.key_pack, nothing="No key packs are recorded here.")


def list_licenses(call: Call) -> int:
    status, limit, offset = call.text("status"), call.text("limit"), call.text("offset")
    filters: dict[str, Any] = {
        "status": read_status(status) if status is not None else None,
        "ended": call.switch("ended"),
        "search": call.text("search") or "",
        "sort": _sort_column(call.text("sort")),
        "server_id": call.server_id(),
    }
    first = read_count(offset, field="offset") if offset is not None else 0
    most = read_count(limit, field="limit") if limit is not None else -1
    filters |= _pack_filter(call, filters["server_id"])
    columns = columns_of(
        "licenses",
        *("place", "license_id", "computer", "user", "status", "issued_at", "expires_at", "holder", "record"),
    )
    rows = call.rows("licenses", limit=most, offset=first, **filters)
    return call.show(rows, columns, machine.license, nothing="No licenses match.")


def _sort_column(column: str | None) -> str:
    """By the property's name or the list's; by server, key pack and license ID where none is given."""
    if column is None:
        return "place"
    name = column.strip().casefold()
    key = {title.casefold(): key for title, key in machine.LICENSE_SORTS.items()}.get(name, name)
    if key not in LIST_KINDS["licenses"].columns:
        raise RuleViolation(
            "sort-unknown", field="sort", value=column, known=", ".join(machine.LICENSE_SORTS)
        )
    return key


def _pack_filter(call: Call, server_id: int | None) -> dict[str, int]:
    """The packs that --key-pack means: a Keypack ID, on every server where none is named, or one PACK."""
    text = call.text("pack")
    if text is None:
        return {}
    if "/" in text:
        return {"pack_id": call.record_id("pack", text)}
    tail = text.strip()
    digits = tail.removeprefix("#")
    if not (digits.isdecimal() and digits.isascii()):
        raise RuleViolation("pack-malformed", field="pack", value=text)
    number = int(digits)
    for pack in call.rows("key-packs", server_id=server_id, ended=True):
        if tail.startswith("#") and pack.number == number:
            return {"pack_id": number}
        if not tail.startswith("#") and pack.keypack_id == number:
            return {"keypack_id": number}
    raise RuleViolation("pack-unknown", field="pack", value=text)


def list_transfers(call: Call) -> int:
    columns = columns_of(
        "transfers",
        *("number", "place", "from_computer", "to_computer", "on_day", "policy", "removal", "voided_by"),
    )
    return call.show(
        call.rows("transfers", ended=True), columns, machine.transfer, nothing="No transfers are recorded."
    )


def list_requests(call: Call) -> int:
    columns = columns_of(
        "reissues",
        *("number", "server", "state", "licenses", "call_before", "version", "opened_on", "recorded_on"),
        *("quantity", "keypack_id", "case_number"),
    )
    return call.show(
        call.rows("reissues", ended=True),
        columns,
        lambda row: machine.whole_request(call.rows, row),
        nothing="No reissue requests are recorded.",
    )


def list_history(call: Call) -> int:
    call.open_file()
    columns = columns_of(
        "history", "number", "recorded_at", "effective_on", "kind", "first", "lines", "reason", "actor"
    )
    with read_view(call.path, call.now) as state:
        return call.show(
            state.rows("history"),
            columns,
            lambda row: machine.entry(row, map(machine.event, state.rows("events", record_id=row.number))),
            nothing="Nothing was ever recorded.",
        )


def list_changes(call: Call) -> int:
    server_id = call.record_id("server", call.required("server"))
    spec = changes_spec(server_id, since=call.text("since"), until=call.text("until"))
    return call.show(
        every_row(call.path, call.now, spec),
        columns_of("changes", "entry", "taken_at", "what", "subject", "computer", "change"),
        machine.change,
        nothing="Nothing changed between the lists that were imported.",
    )


def list_due(call: Call) -> int:
    call.open_file()
    rows = read_due(call.path, call.now, within=call.text("within"), on=call.text("on"))
    call.show(rows, columns_of("due", "day", "kind", "text"), machine.due, nothing="Nothing is due.")
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
