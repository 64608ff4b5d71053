"""Who acts is what the system says, not what the environment says."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from tslic_admin.services.identity import current_actor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses os.getuid, which Windows does not have")


def test_the_actor_is_the_account_of_the_uid_and_the_host(monkeypatch):
    import pwd

    for name in ("USER", "LOGNAME", "USERNAME", "LNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert current_actor() == f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def test_a_uid_without_an_account_is_named_by_its_number(monkeypatch):
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)
    monkeypatch.setattr("socket.gethostname", lambda: "")
    assert current_actor() == "uid 4000000@unknown"
