"""The commands about issued licenses."""

from __future__ import annotations

from typing import Any

from tslic_admin.console import voids
from tslic_admin.console.call import Call
from tslic_admin.console.command import SERVER_FILTER, Command, Option


def show(call: Call) -> int:
    from tslic_admin.domain.licenses import read_status
    from tslic_admin.domain.packs import read_count
    from tslic_admin.services.machine import license as machine_license
    from tslic_admin.wording.columns import columns_of

    status, limit, offset = call.text("status"), call.text("limit"), call.text("offset")
    filters: dict[str, Any] = {
        "status": read_status(status) if status is not None else None,
        "ended": call.switch("ended"),
        "search": call.text("search") or "",
        "sort": _sort(call.text("sort")),
        "server_id": call.server_id(),
    }
    first = read_count(offset, field="offset") if offset is not None else 0
    most = read_count(limit, field="limit") if limit is not None else -1
    filters |= _key_pack(call, filters["server_id"])
    columns = columns_of(
        "licenses",
        *("place", "license_id", "computer", "user", "status", "issued_at", "expires_at", "holder", "record"),
    )
    rows = call.rows("licenses", limit=most, offset=first, **filters)
    return call.show(rows, columns, machine_license, nothing="No licenses match.")


FIELDS = (
    Option("--computer", "computer", "NAME", "the computer it was issued to", required=True),
    Option("--user", "user", "NAME", "the user it was issued to"),
    Option("--hardware-id", "hardware_id", "ID", "the hardware ID, as the server shows it"),
    Option("--issued-on", "issued_on", "DAY", "when it was issued"),
    Option("--expires-on", "expires_on", "DAY", "when it expires"),
    Option("--status", "status", "STATUS", "such as active or temporary, or its number; else active"),
)


def add(call: Call) -> int:
    from tslic_admin.services import licenses
    from tslic_admin.services.machine import license_reference

    with call.writing() as session:
        pack = licenses.pack_at(session, call.required("server"), call.required("pack"))
        typed = call.typed(option.field for option in FIELDS if option.field != "computer")
        done = licenses.add(session, pack, computer=call.required("computer"), **typed)
    reference = license_reference(call.row("licenses", done.record))
    return call.report(done, f"License {reference} was added.", license=reference)


def _sort(column: str | None) -> str:
    """By the property's name or the list's; by server, key pack and license ID where none is given."""
    from tslic_admin.db.pages import KINDS
    from tslic_admin.domain.errors import RuleViolation
    from tslic_admin.services.machine import LICENSE_SORTS

    if column is None:
        return "place"
    name = column.strip().casefold()
    key = {title.casefold(): key for title, key in LICENSE_SORTS.items()}.get(name, name)
    if key not in KINDS["licenses"].columns:
        raise RuleViolation("sort-unknown", field="sort", value=column, known=", ".join(LICENSE_SORTS))
    return key


def _key_pack(call: Call, server_id: int | None) -> dict[str, int]:
    """The packs that --key-pack means: a Keypack ID, on every server where none is named, or one PACK."""
    from tslic_admin.domain.errors import RuleViolation

    text = call.text("pack")
    if text is None:
        return {}
    if "/" in text:
        from tslic_admin.services.acts import find_pack

        with call.reading() as session:
            return {"pack_id": find_pack(session, text).id}
    tail = text.strip()
    number = tail.removeprefix("#")
    if not (number.isdecimal() and number.isascii()):
        raise RuleViolation("pack-malformed", field="pack", value=text)
    wanted = int(number)
    for pack in call.rows("packs", server_id=server_id, ended=True):
        if tail.startswith("#") and pack.number == wanted:
            return {"pack_id": wanted}
        if not tail.startswith("#") and pack.keypack_id == wanted:
            return {"keypack_id": wanted}
    raise RuleViolation("pack-unknown", field="pack", value=text)


COMMANDS = (
    Command(
        ("licenses", "add"),
        "add an issued license by hand",
        add,
        (),
        (
            Option("--server", "server", "NAME", "the license server it is on", required=True),
            Option("--key-pack", "pack", "N", "its key pack: a Keypack ID, or #N", required=True),
            *FIELDS,
        ),
    ),
    voids.LICENSE,
    Command(
        ("licenses", "list"),
        "list the issued licenses",
        show,
        (),
        (
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
)
