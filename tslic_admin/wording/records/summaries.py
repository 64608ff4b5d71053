"""One line for a row: the record of a license, the state of a reissue request, what is due."""

from __future__ import annotations

from tslic_admin.domain.catalogue.licenses import LicenseLine
from tslic_admin.domain.catalogue.overviews import DueLine
from tslic_admin.domain.catalogue.reissues import RequestLine
from tslic_admin.domain.clocks import day_of, never_expires
from tslic_admin.domain.licenses.references import pack_reference
from tslic_admin.wording.values import CLOSE_REASONS, END_REASONS, REQUEST_STATES

_REMOVAL_REMARKS = {
    "awaiting": "awaiting removal",
    "removed": "removed",
    "not-intended": "removal not intended",
}


def record_text(row: LicenseLine) -> str:
    """One line for a row of the licenses list; empty where there is nothing to say."""
    parts = ["entered by hand"] if row.by_hand else []
    match row.record:
        case "transferred":
            parts.append(f"transferred to {row.record_other} on {row.record_on}")
            parts.extend(_given_up_texts(row))
        case "received":
            parts.append(f"received from {row.record_other} by transfer {row.record_number}")
        case "collected":
            waiting = f" for {row.record_other}" if row.record_other else ""
            parts.append(f"in reissue request {row.record_number}{waiting}")
        case "retired":
            into = ""
            if row.into_pack is not None:
                into = f" into key pack {pack_reference(row.server, row.into_keypack_id, row.into_pack)}"
            parts.append(f"reissued{into} by request {row.record_number}")
    if row.removal:
        parts.append(_REMOVAL_REMARKS[row.removal])
    if row.ended_on:
        closed = row.pack_closed_why if row.ended_why == "pack-closed" else None
        parts.append(
            f"{CLOSE_REASONS.get(closed or '') or END_REASONS[row.ended_why or '']}, ended {row.ended_on}"
        )
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _given_up_texts(row: LicenseLine) -> list[str]:
    """Its old computer's license stays on the server until it expires (rule 4.6)."""
    if row.ended_on:
        return []
    expires = day_of(row.expires_at)
    until = f" until {expires}" if expires is not None and not never_expires(expires) else ""
    return [f"given up, on the server{until}"]


def request_text(request: RequestLine) -> str:
    """One sentence for a row of the requests list."""
    parts = [f"{REQUEST_STATES[request.state]}, opened {request.opened_on}"]
    if request.recorded_on:
        parts.append(f"call of {request.recorded_on}, {request.quantity} granted")
    if request.installed_on:
        parts.append(f"installed {request.installed_on}")
    if request.reason:
        parts.append(request.reason)
    return "; ".join(parts) + "."


DUE_KINDS = {
    "temporary": "Temporary license",
    "key-pack": "Key pack",
    "request": "Reissue request",
    "install": "Installation",
    "removal": "Removal",
}


def due_text(row: DueLine) -> str:
    """One line for a row of the list of what is due."""
    match row.kind:
        case "temporary":
            ends = "ended" if row.past else "ends"
            return f"{row.computer} waits for reissue {row.request_id}; its temporary license {ends} on {row.day}"
        case "key-pack":
            return f"Key pack {row.subject} {'expired' if row.past else 'expires'} on {row.day}"
        case "request":
            collected = f"{_license_count(row.licenses)} collected on {row.server}"
            if row.since:
                return f"Reissue {row.request_id} is open since {row.day}, {collected}"
            return f"Call before {row.day}: reissue {row.request_id}, {collected}"
        case "install":
            return (
                f"Reissue {row.request_id}, recorded on {row.day}, {_license_count(row.licenses)}:"
                f" not yet installed on {row.server}"
            )
        case _:
            cause = f"transferred to {row.other}" if row.other else f"retired by reissue {row.request_id}"
            return f"To be removed from {row.computer or 'its client'}: {row.subject}, {cause} on {row.day}"


def _license_count(count: int | None) -> str:
    return f"{count or 'no'} license{'' if count == 1 else 's'}"
