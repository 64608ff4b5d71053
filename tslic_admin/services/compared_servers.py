"""Compare what a server says of itself with what is known of it (rule 4.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tslic_admin.db.bulk import Difference, New
from tslic_admin.db.recording import Value
from tslic_admin.db.staging import COLUMNS, StagedRefusal
from tslic_admin.db.tables import ServerRow
from tslic_admin.services.compared import ListOf, Lists, Rows, differing


def another_server(known: ListOf, rows: Rows) -> StagedRefusal | None:
    """Whether a server's product ID is another than it was."""
    row = known.session.get(ServerRow, known.server)
    for _, product_id, *_ in rows:
        was = row.product_id if row is not None else None
        if was and product_id and was.casefold() != product_id.casefold():
            facts = {"server": known.name, "known": was, "said": product_id}
            return StagedRefusal(0, known.name, "server-rebuilt-product", facts)
    return None


def compare_servers(lists: Lists, rows: Rows) -> Iterator[Difference]:
    """Win32_TSLicenseServer: one row."""
    for file, refused, _, *cells in rows:
        known = lists.get(file)
        if known is None or refused:
            continue
        values: dict[str, Value] = dict(zip(COLUMNS["servers"], cells, strict=True))
        if known.new_server is not None:
            known.counts.new += 1
            yield New(ServerRow, known.new_server.values | values, known.name)
            continue
        fields = differing(known.session.get_one(ServerRow, known.server), values)
        known.counts.changed += bool(fields)
        known.counts.unchanged += not fields
        if fields:
            yield known.changed(ServerRow, known.server, fields, known.name)
