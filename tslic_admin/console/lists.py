"""The commands that list records; they read through the plain driver and import no SQLAlchemy."""

from __future__ import annotations

from typing import Any

from tslic_admin.console.command import EXIT_ATTENTION, SERVER_FILTER, Command, Option
from tslic_admin.console.invocation import Invocation
from tslic_admin.db.lists.pages import LIST_KINDS, every_row, read_view
from tslic_admin.domain.licenses.issuances import read_status
from tslic_admin.domain.licenses.packs import read_count
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.exporting import machine_form
from tslic_admin.services.lists import changes_spec, read_due
from tslic_admin.wording.columns import columns_of


def list_servers(invocation: Invocation) -> int:
    columns = columns_of(
        "servers",
        *("name", "activation", "windows_version", "role", "packs", "total", "issued", "shortage"),
        "product_id",
    )
    return invocation.show(
        invocation.rows("servers"), columns, machine_form.server_line, nothing="No servers are recorded."
    )


def list_key_packs(invocation: Invocation) -> int:
    # closed packs too: the list says since when they are
    rows = invocation.rows("key-packs", server_id=invocation.server_id(), ended=True)
    columns = columns_of(
        "key-packs",
        *("server", "keypack_id", "version", "key_pack_type", "total", "available", "issued", "shortage"),
        *("expires_at", "origin", "transfer_policy", "code", "closed_on"),
    )
    return invocation.show(rows, columns, machine_form.key_pack, nothing="No key packs are recorded here.")


def list_licenses(invocation: Invocation) -> int:
    status, limit, offset = invocation.text("status"), invocation.text("limit"), invocation.text("offset")
    filters: dict[str, Any] = {
        "status": read_status(status) if status is not None else None,
        "ended": invocation.switch("ended"),
        "search": invocation.text("search") or "",
        "sort": _sort_column(invocation.text("sort")),
        "server_id": invocation.server_id(),
    }
    first = read_count(offset, field="offset") if offset is not None else 0
    most = read_count(limit, field="limit") if limit is not None else -1
    filters |= _pack_filter(invocation, filters["server_id"])
    columns = columns_of(
        "licenses",
        *("place", "license_id", "computer", "user", "status", "issued_at", "expires_at", "holder", "record"),
    )
    rows = invocation.rows("licenses", limit=most, offset=first, **filters)
    return invocation.show(rows, columns, machine_form.license, nothing="No licenses match.")


def _sort_column(column: str | None) -> str:
    """By the property's name or the list's; by server, key pack and license ID where none is given."""
    if column is None:
        return "place"
    name = column.strip().casefold()
    key = {title.casefold(): key for title, key in machine_form.LICENSE_SORTS.items()}.get(name, name)
    if key not in LIST_KINDS["licenses"].columns:
        raise RuleViolation(
            "sort-unknown", field="sort", value=column, known=", ".join(machine_form.LICENSE_SORTS)
        )
    return key


def _pack_filter(invocation: Invocation, server_id: int | None) -> dict[str, int]:
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
    for pack in invocation.rows("key-packs", server_id=server_id, ended=True):
        if tail.startswith("#") and pack.number == number:
            return {"pack_id": number}
        if not tail.startswith("#") and pack.keypack_id == number:
            return {"keypack_id": number}
    raise RuleViolation("pack-unknown", field="pack", value=text)


def list_transfers(invocation: Invocation) -> int:
    columns = columns_of(
        "transfers",
        *("number", "place", "from_computer", "to_computer", "on_day", "policy", "removal", "voided_by"),
    )
    return invocation.show(
        invocation.rows("transfers", ended=True),
        columns,
        machine_form.transfer,
        nothing="No transfers are recorded.",
    )


def list_requests(invocation: Invocation) -> int:
    columns = columns_of(
        "reissues",
        *("number", "server", "state", "licenses", "call_before", "version", "opened_on", "recorded_on"),
        *("quantity", "keypack_id", "case_number"),
    )
    return invocation.show(
        invocation.rows("reissues", ended=True),
        columns,
        lambda row: machine_form.request_with_licenses(invocation.rows, row),
        nothing="No reissue requests are recorded.",
    )


def list_history(invocation: Invocation) -> int:
    invocation.open_file()
    columns = columns_of(
        "history", "number", "recorded_at", "effective_on", "kind", "first", "lines", "reason", "actor"
    )
    with read_view(invocation.path, invocation.now) as state:
        return invocation.show(
            state.rows("history"),
            columns,
            lambda row: machine_form.entry(
                row, map(machine_form.event, state.rows("events", record_id=row.number))
            ),
            nothing="Nothing was ever recorded.",
        )


def list_changes(invocation: Invocation) -> int:
    server_id = invocation.record_id("server", invocation.required("server"))
    spec = changes_spec(server_id, since=invocation.text("since"), until=invocation.text("until"))
    return invocation.show(
        every_row(invocation.path, invocation.now, spec),
        columns_of("changes", "entry", "taken_at", "what", "subject", "computer", "change"),
        machine_form.change,
        nothing="Nothing changed between the lists that were imported.",
    )


def list_due(invocation: Invocation) -> int:
    invocation.open_file()
    rows = read_due(
        invocation.path, invocation.now, within=invocation.text("within"), on=invocation.text("on")
    )
    invocation.show(
        rows, columns_of("due", "day", "kind", "text"), machine_form.due, nothing="Nothing is due."
    )
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
