"""A client's own license in words: what it states, what its signature proves, and which issued license it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tslic_admin.domain.clocks import day_of, iso
from tslic_admin.wording.values import time_text

CLIENT_FILE_FORMATS = {
    "registry": "registry export",
    "chain": "license chain",
    "info": "NEW_LICENSE_INFO",
    "base64": "license chain as text",
}
SIGNATURE_TEXTS = {
    True: "holds; the file is as it was signed, which proves an intact file, not a genuine one",
    False: "does not hold; the file was altered after it was signed, or is damaged",
    None: "cannot be checked; its issuer's certificate is not in the file, or of no known kind",
}
SHORT_SIGNATURE_TEXTS = {True: "Holds", False: "Does not hold", None: "Cannot be checked"}
SIGNATURE_NOTE = (
    "A signature that holds proves that the file is intact, not that it is genuine: anybody can sign with a key of "
    "his own."
)
NO_CLIENT_LICENSE = "No client's license is in it."
NO_MATCH = "none that is known"
# The columns of a list of them: key, heading
CLIENT_LICENSE_COLUMNS = {
    "file": "File",
    "entry": "Entry",
    "machine": "Machine",
    "user": "User",
    "product": "Product",
    "version": "Version",
    "kind": "Kind",
    "issued": "Issued",
    "expires": "Expires",
    "issuer": "Issuer",
    "issuer_id": "Issuer ID",
    "scope": "Scope",
    "serial": "Serial number",
    "flags": "Flags",
    "platform": "Platform ID",
    "hardware_id": "Hardware ID",
    "signature": "Signature",
    "license": "License in the records",
}


def client_license_cells(
    file: str, stored: Any, candidates: Sequence[str], signature: dict[bool | None, str] = SIGNATURE_TEXTS
) -> dict[str, str]:
    """A StoredLicense (formats/client/client_file.py) as cells of CLIENT_LICENSE_COLUMNS; empty where it states nothing."""
    license_ = stored.license
    texts = {
        "file": file,
        "entry": stored.place,
        "machine": license_.machine,
        "user": license_.user,
        "product": license_.product,
        "version": "{}.{}".format(*license_.version) if license_.version else None,
        "kind": kind_text(license_),
        "issued": time_text(iso(license_.issued)),
        "expires": time_text(iso(license_.expires)),
        "issuer": license_.issuer,
        "issuer_id": license_.issuer_id,
        "scope": license_.scope,
        "serial": license_.serial,
        "flags": None if license_.flags is None else f"0x{license_.flags:08X}",
        "platform": None if license_.platform is None else f"0x{license_.platform:08X}",
        "hardware_id": stored.hardware_id,
        "signature": signature[license_.signature_holds],
        "license": match_text(candidates),
    }
    return {key: text or "" for key, text in texts.items()}


def kind_text(license_: Any) -> str:
    """*Temporary, beta, enforced*; empty where the license has no flags."""
    if license_.flags is None:
        return ""
    beta = ("beta",) if license_.beta else ()
    enforced = "enforced" if license_.enforced else "not enforced"
    return ", ".join(("temporary" if license_.temporary else "permanent", *beta, enforced)).capitalize()


def match_text(candidates: Sequence[str]) -> str:
    """The issued license that it is; several where nobody can tell."""
    if not candidates:
        return NO_MATCH
    return candidates[0] if len(candidates) == 1 else "may be " + " or ".join(candidates)


def deletions_text(count: int) -> str:
    """How many keys and values a registry file would delete."""
    what = "one key or value" if count == 1 else f"{count} keys or values"
    return f"It deletes {what} of the license store; what is deleted carries no license."


def found_license_text(license_facts: Sequence[str | None]) -> str:
    """*that of PC1 (permanent, A02-6.02-S, issued by LIC01 on 2026-01-05), LIC01/3/17 in the records*."""
    machine, kind, product, issuer, issued, recorded = license_facts
    about = [text for text in (kind, product) if text]
    about.append(f"issued{f' by {issuer}' if issuer else ''} on {day_of(issued)}")
    text = f"that of {machine or 'a machine without a name'} ({', '.join(about)})"
    return f"{text}, {recorded} in the records" if recorded else text


def found_licenses_text(others: Sequence[Sequence[str | None]]) -> str:
    """Several of them; a client holds a handful."""
    return "; ".join(map(found_license_text, others))
