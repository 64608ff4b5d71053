"""License servers: the values that an administrator or Win32_TSLicenseServer gives (domain.md, section 3)."""

from __future__ import annotations

from enum import IntEnum

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.texts import parse_whole_number


class ServerRole(IntEnum):
    WORKGROUP = 0
    DOMAIN = 1
    FOREST = 2


class Activation(IntEnum):
    """A method's answer, in no export: by hand, or not known."""

    ACTIVATED = 0
    NOT_ACTIVATED = 1
    UNKNOWN = 2


CONNECTION_METHODS = ("automatic", "web", "telephone")


def read_role(text: str, *, field: str = "role") -> int:
    """Raises RuleViolation `role-unknown`."""
    return _read_listed_value(ServerRole, text, "role-unknown", field)


def read_activation(text: str, *, field: str = "activation") -> int:
    """Raises RuleViolation `activation-unknown`."""
    return _read_listed_value(Activation, text, "activation-unknown", field)


def read_connection_method(text: str, *, field: str = "connection_method") -> str:
    """Raises RuleViolation `connection-method-unknown`."""
    name = text.strip().casefold()
    if name not in CONNECTION_METHODS:
        known = ", ".join(CONNECTION_METHODS)
        raise RuleViolation("connection-method-unknown", field=field, value=text, known=known)
    return name


def _read_listed_value(kind: type[IntEnum], text: str, code: str, field: str) -> int:
    name = text.strip().casefold().replace(" ", "-")
    names = {member.name.casefold().replace("_", "-"): int(member) for member in kind}
    if name in names:
        return names[name]
    if (number := parse_whole_number(name)) is not None and number in names.values():
        return number
    raise RuleViolation(code, field=field, value=text, known=", ".join(names))
