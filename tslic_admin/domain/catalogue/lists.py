"""All lists by their names."""

from __future__ import annotations

from typing import Any

from tslic_admin.domain.catalogue.history import CHANGES, EVENTS, HISTORY
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.catalogue.licenses import LICENSES, TEMPORARY
from tslic_admin.domain.catalogue.overviews import DUE, FOUND
from tslic_admin.domain.catalogue.reissues import COLLECTED, REISSUES
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.transfers import TRANSFERS

LISTS: dict[str, ListKind[Any]] = {
    kind.name: kind
    for kind in (
        *(SERVERS, PACKS, LICENSES, TEMPORARY, REISSUES, COLLECTED),
        *(TRANSFERS, DUE, HISTORY, CHANGES, EVENTS, FOUND),
    )
}
LIST_OF_RECORDS: dict[str, ListKind[Any]] = {kind.record_kind: kind for kind in LISTS.values() if kind.main}
"""The list that has every record of a kind."""
