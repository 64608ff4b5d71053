"""Rows of the lists as the window shows them: what icons and cells say."""

from __future__ import annotations

from typing import Any

import pytest
from wording.lists.rows import row

from tslic_admin.domain.catalogue.history import CHANGES
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.kinds import ListKind
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import DUE, FOUND
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.catalogue.transfers import TRANSFERS
from tslic_admin.domain.licenses.packs import UNLIMITED
from tslic_admin.wording.lists.all_lists import words_of


@pytest.mark.parametrize(
    ("kind", "column", "values", "icon"),
    [
        (SERVERS, "name", {"activation": 0}, "server-ok"),
        (SERVERS, "name", {"activation": 1}, "server-not-activated"),
        (SERVERS, "name", {}, "server-unknown"),
        (SERVERS, "shortage", {"shortage": 3}, "warning"),
        (SERVERS, "shortage", {"shortage": 0}, None),
        (PACKS, "version", {"voided_by": 9, "origin": "reissue"}, "void"),
        (PACKS, "version", {"key_pack_type": 2, "origin": "reissue"}, "reissue"),
        (PACKS, "version", {"key_pack_type": 4}, "temporary"),
        (PACKS, "version", {"key_pack_type": 2}, "key-pack"),
        (LICENSES, "computer", {"voided_by": 9, "ended_on": "2026-01-02"}, "void"),
        (LICENSES, "computer", {"ended_on": "2026-01-02", "record": "transferred"}, "ended"),
        (LICENSES, "computer", {"record": "transferred"}, "transfer"),
        (LICENSES, "computer", {"record": "received"}, "transfer"),
        (LICENSES, "computer", {"record": "collected"}, "reissue"),
        (LICENSES, "computer", {"record": "retired"}, "reissue"),
        (LICENSES, "computer", {"status": 1}, "temporary"),
        (LICENSES, "computer", {"status": 2}, "license"),
        (TRANSFERS, "number", {}, "transfer"),
        (TRANSFERS, "number", {"voided_by": 9}, "void"),
        (DUE, "day", {"overdue": 1}, "warning"),
        (DUE, "day", {"overdue": 0}, None),
        (DUE, "kind", {"kind": "temporary", "thing": "license"}, "temporary"),
        (DUE, "kind", {"kind": "removal", "thing": "request"}, "reissue"),
        (DUE, "kind", {"kind": "removal", "thing": "transfer"}, "transfer"),
        (FOUND, "name", {"what": "pack"}, "key-pack"),
        (CHANGES, "entry", {"act": "import"}, "history"),
        (CHANGES, "entry", {"act": "void"}, "void"),
        (CHANGES, "subject", {"kind": "pack"}, "key-pack"),
        (CHANGES, "subject", {"kind": "license"}, "license"),
    ],
)
def test_icons_tell_states_apart(
    kind: ListKind[Any], column: str, values: dict[str, object], icon: str | None
) -> None:
    icon_of = words_of(kind).column(column).icon
    assert icon_of is not None
    assert icon_of(row(kind, **values)) == icon


@pytest.mark.parametrize(
    ("kind", "column", "values", "cell"),
    [
        (PACKS, "total", {"total": UNLIMITED}, "Unlimited"),
        (PACKS, "total", {"total": 0}, 0),
        (PACKS, "total", {}, None),
        (TRANSFERS, "number", {"number": 4, "voided_by": 9}, "Transfer 4, voided"),
    ],
)
def test_cells_say_what_a_number_or_a_code_would_not(
    kind: ListKind[Any], column: str, values: dict[str, object], cell: str | int | None
) -> None:
    assert words_of(kind).column(column).show(row(kind, **values)) == cell
