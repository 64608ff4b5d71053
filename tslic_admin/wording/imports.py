"""Why an import, a file or a row of it is not taken: what, why, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tslic_admin.domain.clocks import day_of
from tslic_admin.wording.values import origin_text

# what a difference is called, where they are counted
CALLED = {
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


def called_text(counted: Mapping[str, int], number: Callable[[int], str] = str) -> str:
    """*3 renewed, 1 upgraded*; empty where nothing has a name."""
    return ", ".join(f"{number(counted[name])} {CALLED[name]}" for name in CALLED if counted.get(name))


IMPORT_REFUSALS = {
    "too-many-files": "There are more than {most} files in {folder}. Name a folder with the exported lists only.",
    "folder-empty": "There is no file in {folder}. Check which folder holds the exported lists.",
    "file-not-readable": "The file cannot be read: {why}. Close it in other programs, or choose another.",
    "file-changed": "The file was written while it was read. Import it again when it is complete.",
    "import-refused": "Refused rows and files: {count}, so nothing was imported. Correct them, or import without them.",
    "time-zone-unknown": "“{value}” is no time zone. Give its IANA name, such as Europe/Berlin.",
}

# What could be several of ours is asked in the window, and said at the console. {}: what the list shows.
ASKED = {
    "pack": "Key pack {} is:",
    "transfer": "License {} was received by the transfer:",
    "license": "License {} is:",
    "evidence": "{} is about license:",
}
ASKED_WHY = "These may be several of what was recorded. Say which one each is, or leave it open; it can be linked later."
NOT_LINKED = {
    "pack": "{listed} may be {candidates}. Nothing was linked; use reissue link, or key-packs set --keypack-id.",
    "transfer": "{listed} may have been received by {candidates}. Nothing was linked; use transfer link.",
    "license": "{listed} may be {candidates}. Nothing was linked.",
    "evidence": "{listed}: may be about {candidates}. Name the server, or import it in the window, which asks.",
}


def not_linked(kind: str, listed: str, candidates: Iterable[str]) -> str:
    """What is said of a question that nobody answered."""
    return NOT_LINKED[kind].format(listed=listed, candidates=" or ".join(candidates))


LINKED = "Belongs to what the list shows."


def may_be(candidates: Iterable[str]) -> str:
    """What is said in a preview of what could be several of ours."""
    return f"May be {' or '.join(candidates)}."


def pack_of_ours(reference: str, request: int | None, on: str | None) -> str:
    """A key pack of ours as it is asked about: *Reissue 4 of 2026-03-02 (DC01/#12)*."""
    text = origin_text("reissue", request, on) if request is not None else "Recorded by hand"
    return f"{text} ({reference})"


def license_of_ours(reference: str, issued_at: str | None) -> str:
    """A license entered by hand as it is asked about; `issued_at`: ISO 8601 in UTC."""
    issued = f", issued {day_of(issued_at)}" if issued_at else ""
    return f"Entered by hand{issued} ({reference})"


def transfer_of_ours(number: int, from_: str, to: str, on: str) -> str:
    """A transfer as it is asked about."""
    return f"transfer {number} of {on} from {from_} to {to}"


IMPORT_ROWS = {
    # whole lists (line 0)
    "server-rebuilt": (
        "{pack} has another {field} in this file than it had: this looks like a rebuilt or another server than "
        "{server}. If {server} was rebuilt, record that first (Server Was Rebuilt, or servers rebuilt), then "
        "import again; else check which server the file is from."
    ),
    "server-rebuilt-product": (
        "The product ID in this file is {said}, but that of {server} is {known}: this looks like a rebuilt or "
        "another server. If {server} was rebuilt, record that first (Server Was Rebuilt, or servers rebuilt), "
        "then import again; else check which server the file is from."
    ),
    "snapshot-older": (
        "A newer list of {server} was imported already (taken {newest}; this one {taken}). Import newer ones only."
    ),
    "snapshot-before-rebuild": (
        "{server} was rebuilt on {on}; this list was taken before, {taken}. Import newer ones only."
    ),
    "taken-in-future": "The list would have been taken on {taken}, but today is {today}. Correct when it was taken.",
    # rows
    "server-missing": "The file does not say which server this row is from. Name the server.",
    "server-other": "This row is from {value}, not from {server}. Import it without naming a server, or leave it out.",
    "repeated-key": (
        "This key stands more than once in the file, so two servers were mixed; nobody can say which row is this "
        "server's. Export each server on its own."
    ),
    "repeated-in-files": (
        "This key stands in more than one of the files, and their order is not known. Import one after the other."
    ),
    "pack-unseen": "Key pack {pack} is not known yet. Import the server's key packs first, or together with this.",
    "pack-moved": (
        "Key pack {pack} was moved to {to} on {on}, but its old server still lists it. Remove it there, or leave "
        "this row out."
    ),
    "pack-by-hand-differs": (
        "{pack} was recorded by hand with another {field}. Correct the record, or leave this row out."
    ),
}
