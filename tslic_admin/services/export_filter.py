"""What a list was narrowed to and how it is sorted, in words, with its server and key pack called by their names."""

from __future__ import annotations

from tslic_admin.db.frozen import Frozen
from tslic_admin.db.lists import ListSpec
from tslic_admin.wording.exports import filter_text
from tslic_admin.wording.values import pack_text


def said_filter(state: Frozen, spec: ListSpec) -> str:
    """The filter and the order of a list as a file or a printed page says them."""
    server = pack = None
    if spec.server_id is not None:
        server = next((row.name for row in state.rows("servers", record_id=spec.server_id)), None)
    if spec.pack_id is not None:
        of = next(iter(state.rows("packs", record_id=spec.pack_id, ended=True, voided=True)), None)
        pack = pack_text(of.server, of.keypack_id, of.number) if of is not None else None
    return filter_text(spec, server=server, pack=pack)
