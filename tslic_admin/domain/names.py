"""When two names mean the same computer, server or user (rule 4.5)."""

from __future__ import annotations

import re

from tslic_admin.domain.outcomes import RuleViolation

# Names of the machine itself: an import treats them as an empty cell.
LOCAL_NAMES = {"localhost", ".", "127.0.0.1", "::1"}

_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


def label_of(name: str) -> str:
    """The first DNS label, case ignored; an IP address stays whole."""
    name = name.strip().rstrip(".")
    return (name if _ADDRESS.fullmatch(name) else name.partition(".")[0]).casefold()


def domain_of(name: str) -> str:
    """What follows the first label, case ignored; empty where nothing does."""
    name = name.strip().rstrip(".")
    return "" if _ADDRESS.fullmatch(name) else name.partition(".")[2].casefold()


def same_name(one: str | None, other: str | None) -> bool:
    """The first label counts, the domain too where both have one. No name is the same as nothing."""
    if not one or not other or not label_of(one) or label_of(one) != label_of(other):
        return False
    domains = {domain_of(one), domain_of(other)} - {""}
    return len(domains) <= 1


def account_name(user: str) -> str:
    """A user's own name, case ignored, without the domain that may stand before or after it."""
    return _account(user)[0]


def same_account(one: str | None, other: str | None) -> bool:
    """Whether two users can be one: the name counts, the domain too where both have one. None is nobody.

    A domain by its short name is one of the labels of its full name.
    """
    (one_account, one_domain), (other_account, other_domain) = _account(one or ""), _account(other or "")
    if one_account != other_account or not one_account:
        return False
    if not one_domain or not other_domain or one_domain == other_domain:
        return True
    if ("." in one_domain) == ("." in other_domain):
        return False
    short, full = sorted((one_domain, other_domain), key=lambda domain: "." in domain)
    return short in full.split(".")


def _account(user: str) -> tuple[str, str]:
    """Name and domain of a user as either form writes it, or as a bare name; in lower case."""
    text = user.strip().casefold()
    domain, sign, name = text.rpartition("\\")
    if not sign and "@" in text:
        name, _, domain = text.partition("@")
    return name, domain.rstrip(".")


def read_name(text: str, *, field: str) -> str:
    """A computer or server name as typed, without spaces around it.

    Raises RuleViolation `name-missing` or `name-malformed`.
    """
    name = text.strip()
    if not name:
        raise RuleViolation("name-missing", field=field)
    if (
        re.search(r"[\s/\\@#=,;\"<>|*?\x00-\x1f\x7f-\x9f\ud800-\udfff]", name)
        or not label_of(name)
        or len(name) > 255
    ):
        raise RuleViolation("name-malformed", field=field, value=name)
    return name
