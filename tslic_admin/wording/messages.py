"""Turn a refusal, a notice or trouble with a file into the sentence that the user reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.wording.exporting.exports import EXPORT_REFUSALS
from tslic_admin.wording.exporting.printing import PRINT_REFUSALS
from tslic_admin.wording.fields import property_label
from tslic_admin.wording.history.verification import HISTORY_REFUSALS
from tslic_admin.wording.history.voids import alternative_text, entries_text
from tslic_admin.wording.importing.refusals import (
    FILE_REFUSALS,
    IMPORT_REFUSALS,
    IMPORT_ROW_REFUSALS,
    ROW_REFUSALS,
)
from tslic_admin.wording.records.client_licenses import found_license_text, found_licenses_text
from tslic_admin.wording.rule_messages import NOTICES, RULE_REFUSALS
from tslic_admin.wording.values import (
    ACTS,
    CLIENTS,
    CODE_NAMES,
    PROGRAMS,
    REQUEST_STATES,
    STATUSES,
    VERSIONS,
    code_text,
    count_text,
)

CONSOLE_REFUSALS = {
    "sort-unknown": "There is no column “{value}” to sort by. Known are: {known}.",
    "secret-empty": "What {flag} asks for was to be read from the input, which is empty. Give it there.",
}

FILE_TROUBLE = {
    "file-missing": "The file {path} does not exist. Check its name.",
    "file-unreadable": "The file {path} cannot be read: {why}. Check the file and its permissions.",
    "file-not-written": "The file {path} cannot be written: {why}. Choose another place.",
    "temporary-folder": "The temporary folder {path} cannot be used: {why}. Free some room there and try again.",
    "output-trouble": "The output cannot be written: {why}.",
}


STORE_TROUBLE = {
    "store-locked": "Another program is changing the store and did not finish in time. Try again in a moment.",
    "store-full": "The disk is full, so nothing was recorded. Free some room and try again.",
    "store-read-only": "The store may only be read here, so nothing was recorded. Check the file's permissions.",
    "store-cannot-open": "The store cannot be opened. Check that its folder exists and may be written to.",
    "store-not-a-store": "The file tslic.sqlite in this folder is no store of this program. Choose another folder.",
    "store-damaged": "The store's file is damaged. Work on with a backup of it.",
    "store-unreadable": "The store's file cannot be read. Check the disk or the network it lies on.",
    "store-newer": "The store was written by a newer version of this program and was left untouched. Update the program.",
}


ALL_REFUSALS = (
    RULE_REFUSALS
    | FILE_REFUSALS
    | EXPORT_REFUSALS
    | PRINT_REFUSALS
    | IMPORT_REFUSALS
    | HISTORY_REFUSALS
    | CONSOLE_REFUSALS
)
ALL_ROW_REFUSALS = ROW_REFUSALS | IMPORT_ROW_REFUSALS
ALL_TROUBLE = STORE_TROUBLE | FILE_TROUBLE

INPUT_LABELS = {
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

FACT_TEXTS: dict[str, Callable[[Any], str]] = {
    "shape": lambda name: CODE_NAMES[name],
    "client": lambda client: CLIENTS[client],
    "cal": lambda version: code_text(VERSIONS, version),
    "host": lambda version: code_text(VERSIONS, version),
    "server": lambda version: code_text(VERSIONS, version) if isinstance(version, int) else str(version),
    "status": lambda status: code_text(STATUSES, status) or "not known",
    "state": lambda state: REQUEST_STATES.get(state, str(state)).lower(),
    "total": lambda total: count_text(total) or "an unknown number of",
    "program": lambda program: PROGRAMS.get(program, str(program)),
    "act": lambda act: ACTS.get(act, str(act)),
    "entries": entries_text,
    "property": property_label,
    "properties": lambda names: " or ".join(map(property_label, names)),
    "instead": alternative_text,
    "whose": found_license_text,
    "others": found_licenses_text,
    "unread": lambda violation: refusal_text(violation),  # noqa: PLW0108 - defined below
    "field": lambda field: INPUT_LABELS.get(field, str(field)),
}


def _fill(sentence: str, facts: Mapping[str, object]) -> str:
    return sentence.format_map({name: FACT_TEXTS.get(name, str)(value) for name, value in facts.items()})


def refusal_text(violation: RuleViolation) -> str:
    """What a rule refused, why, and what to do."""
    facts = {"field": violation.field} | violation.facts
    return _fill(ALL_REFUSALS[violation.code], facts)


def row_refusal_text(code: str, value: str, facts: Mapping[str, object] | None = None) -> str:
    """Why a row of a file, or the whole of it, is not taken."""
    return _fill((ALL_REFUSALS | ALL_ROW_REFUSALS)[code], {"value": value} | dict(facts or {}))


def notice_text(notice: Notice) -> str:
    """What is worth knowing about an act that was done."""
    return _fill(NOTICES[notice.code], notice.facts)


def trouble_text(code: str, facts: Mapping[str, object]) -> str:
    """What is wrong with the store's file, why, and what to do."""
    return _fill(ALL_TROUBLE[code], facts)
