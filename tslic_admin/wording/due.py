"""What is due, in one sentence a row."""

from __future__ import annotations

from typing import Any

DUE_KINDS = {
    "temporary": "Temporary license",
    "key-pack": "Key pack",
    "request": "Reissue request",
    "install": "Installation",
    "removal": "Removal",
}


def due_text(row: Any) -> str:
    """One line for a row of the list of what is due."""
    match row.kind:
        case "temporary":
            ends = "ended" if row.past else "ends"
            return f"{row.computer} waits for reissue {row.request_id}; its temporary license {ends} on {row.day}"
        case "key-pack":
            return f"Key pack {row.subject} {'expired' if row.past else 'expires'} on {row.day}"
        case "request":
            held = f"{_licenses(row.licenses)} collected on {row.server}"
            if row.since:
                return f"Reissue {row.request_id} is open since {row.day}, {held}"
            return f"Call before {row.day}: reissue {row.request_id}, {held}"
        case "install":
            return (
                f"Reissue {row.request_id}, recorded on {row.day}, {_licenses(row.licenses)}:"
                f" not yet installed on {row.server}"
            )
        case _:
            went = f"transferred to {row.other}" if row.other else f"retired by reissue {row.request_id}"
            return f"To be removed from {row.computer or 'its client'}: {row.subject}, {went} on {row.day}"


def _licenses(count: int) -> str:
    return f"{count or 'no'} license{'' if count == 1 else 's'}"
