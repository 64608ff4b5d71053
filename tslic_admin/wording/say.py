"""Turn a refusal, a notice or trouble into the sentence that the user reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tslic_admin.domain.errors import RuleViolation
from tslic_admin.domain.notices import Notice
from tslic_admin.wording.client_licenses import others_text, whose_text
from tslic_admin.wording.console import CONSOLE_REFUSALS, FILE_TROUBLE
from tslic_admin.wording.exports import EXPORT_REFUSALS
from tslic_admin.wording.formats import FILE_REFUSALS, REFUSED_ROWS
from tslic_admin.wording.history import HISTORY_REFUSALS
from tslic_admin.wording.imports import IMPORT_REFUSALS, IMPORT_ROWS
from tslic_admin.wording.mappings import property_text
from tslic_admin.wording.notices import NOTICES
from tslic_admin.wording.printing import PRINT_REFUSALS
from tslic_admin.wording.refusals import REFUSALS
from tslic_admin.wording.trouble import TROUBLE
from tslic_admin.wording.values import (
    ACTS,
    CLIENTS,
    PROGRAMS,
    REQUEST_STATES,
    SHAPES,
    STATUSES,
    VERSIONS,
    count_text,
    named,
)
from tslic_admin.wording.voids import entries_text, instead_text

ALL_REFUSALS = (
    REFUSALS
    | FILE_REFUSALS
    | EXPORT_REFUSALS
    | PRINT_REFUSALS
    | IMPORT_REFUSALS
    | HISTORY_REFUSALS
    | CONSOLE_REFUSALS
)
ALL_ROWS = REFUSED_ROWS | IMPORT_ROWS
ALL_TROUBLE = TROUBLE | FILE_TROUBLE

FIELDS = {
    "description": "product code",
    "product_version_id": "product version",
    "product_type": "license type",
    "total": "number of licenses",
    "keypack_id": "Keypack ID",
    "expires_at": "expiry date",
    "transfer_policy": "transfer policy",
    "server": "server",
    "pack": "key pack",
    "to": "name of the file",
}

FACTS: dict[str, Callable[[Any], str]] = {
    "shape": lambda name: SHAPES[name],
    "client": lambda client: CLIENTS[client],
    "cal": lambda version: named(VERSIONS, version),
    "host": lambda version: named(VERSIONS, version),
    "server": lambda version: named(VERSIONS, version) if isinstance(version, int) else str(version),
    "status": lambda status: named(STATUSES, status) or "not known",
    "state": lambda state: REQUEST_STATES.get(state, str(state)).lower(),
    "total": lambda total: count_text(total) or "an unknown number of",
    "program": lambda program: PROGRAMS.get(program, str(program)),
    "act": lambda act: ACTS.get(act, str(act)),
    "entries": entries_text,
    "property": property_text,
    "properties": lambda names: " or ".join(map(property_text, names)),
    "instead": instead_text,
    "whose": whose_text,
    "others": others_text,
    "unread": lambda violation: refusal(violation),  # noqa: PLW0108 - defined below
    "field": lambda field: FIELDS.get(field, str(field)),
}


def _filled(sentence: str, facts: Mapping[str, object]) -> str:
    return sentence.format_map({name: FACTS.get(name, str)(value) for name, value in facts.items()})


def refusal(violation: RuleViolation) -> str:
    """What a rule refused, why, and what to do."""
    facts = {"field": violation.field} | violation.facts
    return _filled(ALL_REFUSALS[violation.code], facts)


def refused_row(code: str, value: str, facts: Mapping[str, object] | None = None) -> str:
    """Why a row of a file, or the whole of it, is not taken."""
    return _filled((ALL_REFUSALS | ALL_ROWS)[code], {"value": value} | dict(facts or {}))


def notice(notice: Notice) -> str:
    """What is worth knowing about an act that was done."""
    return _filled(NOTICES[notice.code], notice.facts)


def trouble(code: str, facts: Mapping[str, object]) -> str:
    """What is wrong with the store's file, why, and what to do."""
    return _filled(ALL_TROUBLE[code], facts)
