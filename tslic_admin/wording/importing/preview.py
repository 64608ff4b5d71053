"""What the preview of an import shows: counted differences, candidates, and questions about ambiguous matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tslic_admin.domain.clocks import day_of
from tslic_admin.wording.values import origin_text

# the name of a difference, where differences are counted
DIFFERENCE_COUNTS = {
    "renamed": "renamed",
    "renewed": "renewed",
    "status": "status changed",
    "replaced": "replaced on the server",
    "upgraded": "upgraded",
    "vanished": "no longer on the server",
    "back": "back again",
    "grown": "grown",
    "shrunk": "shrunk",
}


def difference_counts_text(counted: Mapping[str, int], number: Callable[[int], str] = str) -> str:
    """*3 renewed, 1 upgraded*; empty where nothing has a name."""
    return ", ".join(
        f"{number(counted[name])} {DIFFERENCE_COUNTS[name]}"
        for name in DIFFERENCE_COUNTS
        if counted.get(name)
    )


# Questions of the window about ambiguous matches; the console prints _NOT_LINKED. {}: the listed record.
MATCH_QUESTIONS = {
    "pack": "Key pack {} is:",
    "transfer": "License {} was received by the transfer:",
    "license": "License {} is:",
    "evidence": "{} is about license:",
}
MATCH_QUESTIONS_NOTE = "These may be several of what was recorded. Say which one each is, or leave it open; it can be linked later."
_NOT_LINKED = {
    "pack": "{listed} may be {candidates}. Nothing was linked; use reissue link, or key-packs set --keypack-id.",
    "transfer": "{listed} may have been received by {candidates}. Nothing was linked; use transfer link.",
    "license": "{listed} may be {candidates}. Nothing was linked.",
    "evidence": "{listed}: may be about {candidates}. Name the server, or import it in the window, which asks.",
}


def not_linked_text(kind: str, listed: str, candidates: Iterable[str]) -> str:
    """The console's line for an ambiguous match."""
    return _NOT_LINKED[kind].format(listed=listed, candidates=" or ".join(candidates))


LINKED_NOTE = "Belongs to what the list shows."


def candidates_text(candidates: Iterable[str]) -> str:
    """The preview's line for a listed record with several candidates."""
    return f"May be {' or '.join(candidates)}."


def recorded_pack_text(reference: str, request: int | None, on: str | None) -> str:
    """A recorded key pack as a candidate: *Reissue 4 of 2026-03-02 (DC01/#12)*."""
    text = origin_text("reissue", request, on) if request is not None else "Recorded by hand"
    return f"{text} ({reference})"


def hand_made_license_text(reference: str, issued_at: str | None) -> str:
    """A license entered by hand as a candidate; `issued_at`: ISO 8601 in UTC."""
    issued = f", issued {day_of(issued_at)}" if issued_at else ""
    return f"Entered by hand{issued} ({reference})"


def recorded_transfer_text(number: int, from_: str, to: str, on: str) -> str:
    """A recorded transfer as a candidate."""
    return f"transfer {number} of {on} from {from_} to {to}"
