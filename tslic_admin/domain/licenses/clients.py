"""Client systems, and whether a client needs a CAL (rule 4.2, KB 315262 and KB 823313)."""

from __future__ import annotations

from enum import StrEnum

from tslic_admin.domain.licenses.packs import ProductVersion
from tslic_admin.domain.outcomes import RuleViolation


class ClientSystem(StrEnum):
    WINDOWS_2000_PROFESSIONAL = "windows-2000-professional"
    WINDOWS_2000_SERVER = "windows-2000-server"
    XP_PROFESSIONAL = "xp-professional"
    XP_HOME = "xp-home"
    WINDOWS_9X = "windows-9x"
    WINDOWS_NT = "windows-nt"
    MACINTOSH = "macintosh"
    THIN_CLIENT = "thin-client"
    VISTA_OR_LATER = "vista-or-later"
    SERVER_2003_OR_LATER = "server-2003-or-later"
    OTHER = "other"


class Need(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not-checked"


_NONE_ON_WINDOWS_2000 = {
    ClientSystem.WINDOWS_2000_PROFESSIONAL,
    ClientSystem.WINDOWS_2000_SERVER,
    ClientSystem.XP_PROFESSIONAL,
    ClientSystem.VISTA_OR_LATER,
}


def read_client(text: str, *, field: str = "client_os") -> ClientSystem:
    """A client system by its name here. Raises RuleViolation `client-unknown`."""
    try:
        return ClientSystem(text.strip().casefold().replace(" ", "-"))
    except ValueError:
        known = ", ".join(ClientSystem)
        raise RuleViolation("client-unknown", field=field, value=text, known=known) from None


def needs_cal(client: ClientSystem | None, host_version: int | None) -> Need:
    """Whether a client needs a CAL at a host of this version (a ProductVersion number).

    Only Windows 2000 hosts let anyone in without one; what they did with Server 2003 and later as a
    client no source says.
    """
    if client is None or host_version is None:
        return Need.NOT_CHECKED
    if host_version != ProductVersion.WINDOWS_2000:
        return Need.YES
    if client in _NONE_ON_WINDOWS_2000:
        return Need.NO
    return Need.UNKNOWN if client is ClientSystem.SERVER_2003_OR_LATER else Need.YES
