"""Does this client need a CAL? (rule 4.2)"""

from __future__ import annotations

import pytest

from tslic_admin.domain.licenses.clients import ClientSystem, Need, needs_cal, read_client
from tslic_admin.domain.outcomes import RuleViolation

AT_WINDOWS_2000 = {
    "windows-2000-professional": Need.NO,
    "windows-2000-server": Need.NO,
    "xp-professional": Need.NO,
    "xp-home": Need.YES,
    "windows-9x": Need.YES,
    "windows-nt": Need.YES,
    "macintosh": Need.YES,
    "thin-client": Need.YES,
    "vista-or-later": Need.NO,
    "server-2003-or-later": Need.UNKNOWN,
    "other": Need.YES,
}


def test_the_table_names_every_client_system() -> None:
    assert set(AT_WINDOWS_2000) == set(ClientSystem)


@pytest.mark.parametrize(("client", "need"), AT_WINDOWS_2000.items())
def test_at_a_windows_2000_terminal_server(client: str, need: Need) -> None:
    assert needs_cal(ClientSystem(client), 0) is need


@pytest.mark.parametrize("client", ClientSystem)
@pytest.mark.parametrize("host", [1, 2, 3, 4, 8, 17])
def test_every_client_needs_one_at_server_2003_and_later(client: ClientSystem, host: int) -> None:
    assert needs_cal(client, host) is Need.YES


@pytest.mark.parametrize(("client", "host"), [(None, 0), (ClientSystem.XP_HOME, None), (None, None)])
def test_what_is_not_given_is_not_checked(client: ClientSystem | None, host: int | None) -> None:
    assert needs_cal(client, host) is Need.NOT_CHECKED


def test_a_client_system_is_read_by_its_name() -> None:
    assert read_client(" XP Professional ") is ClientSystem.XP_PROFESSIONAL
    with pytest.raises(RuleViolation) as refusal:
        read_client("amiga")
    assert (refusal.value.code, refusal.value.field) == ("client-unknown", "client_os")
    assert "xp-home" in str(refusal.value.facts["known"])
