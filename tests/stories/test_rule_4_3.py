"""Rule 4.3: which CAL serves which host. A mismatch is said, never refused."""

from __future__ import annotations

import pytest
from stories.conftest import issued, pack


def mark_transfer(admin, cal, host):
    """Mark a transfer of a CAL of one version to a computer at a host of another; what is said of it."""
    admin.imports(
        packs=[pack(3, ProductVersionID=cal, issued=1)],
        licenses=[issued(3, 1, "PC1")],
    )
    wish = ("DC01/3/1", "--to", "PC9", "--on", "2026-03-01", "--host-version", host)
    act = admin.json("transfer", "mark", *wish)
    assert act["transfer"] == 1
    return [notice for notice in act["notices"] if "does not serve" in notice]


@pytest.mark.parametrize(
    ("cal", "host"),
    [(6, "2019"), (6, "2016"), (6, "2003"), (7, "2019"), (2, "2008 R2"), (3, "2008"), (0, "2000")],
)
def test_a_cal_serves_hosts_of_its_own_version_and_earlier(admin, cal, host):
    assert mark_transfer(admin, cal, host) == []


@pytest.mark.parametrize(
    ("cal", "host", "said"),
    [
        (6, "2022", "A Windows Server 2019 CAL does not serve a Windows Server 2022 host."),
        (5, "2019", "A Windows Server 2016 CAL does not serve a Windows Server 2019 host."),
        (3, "2012", "CAL does not serve a Windows Server 2012"),
        (0, "2003", "A Windows 2000 Server CAL does not serve a Windows Server 2003 host."),
    ],
)
def test_a_later_host_is_warned_of_and_the_transfer_is_recorded(admin, cal, host, said):
    (notice,) = mark_transfer(admin, cal, host)
    assert said in notice
    assert len(admin.json("transfer", "list")) == 1
