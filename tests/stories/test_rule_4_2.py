"""Rule 4.2: not every client needs a CAL (KB 315262, KB 823313)."""

from __future__ import annotations

import json

import pytest
from stories.conftest import issued, pack

DONE, REFUSED = 0, 3
WINDOWS_2000, SERVER_2003, SERVER_2022 = "2000", "2003", "2022"


def mark(office, *more):
    return office("transfer", "mark", "DC01/3/1", "--to", "PC9", "--on", "2026-03-01", *more)


def entry_says(office, field):
    """What the entry of the transfer holds under a name."""
    (created,) = [
        line
        for entry in office.json("history", "list")
        if entry["kind"] == "transfer.mark"
        for line in entry["events"]
    ]
    return json.loads(created["after"]).get(field)


@pytest.mark.parametrize(
    ("client", "host"),
    [
        ("windows-2000-professional", WINDOWS_2000),
        ("windows-2000-server", WINDOWS_2000),
        ("xp-professional", WINDOWS_2000),
        ("vista-or-later", WINDOWS_2000),
    ],
)
def test_where_none_is_needed_the_administrator_says_why_or_does_not_record_it(office, client, host):
    result = mark(office, "--client-os", client, "--host-version", host)
    assert result.code == REFUSED
    assert "Record the transfer anyway with a reason" in result.err
    assert office.json("transfer", "list") == []
    result = mark(
        office,
        "--client-os",
        client,
        "--host-version",
        host,
        "--anyway",
        "--reason",
        "The vendor asks for it",
    )
    assert result.code == DONE
    assert entry_says(office, "Need") == "no"


@pytest.mark.parametrize(
    ("client", "host"),
    [
        ("xp-home", WINDOWS_2000),
        ("windows-9x", WINDOWS_2000),
        ("windows-nt", WINDOWS_2000),
        ("macintosh", WINDOWS_2000),
        ("thin-client", WINDOWS_2000),
        ("other", WINDOWS_2000),
        ("windows-2000-professional", SERVER_2003),
        ("xp-professional", SERVER_2003),
        ("vista-or-later", SERVER_2022),
        ("server-2003-or-later", SERVER_2022),
    ],
)
def test_where_one_is_needed_nothing_is_asked(office, client, host):
    assert mark(office, "--client-os", client, "--host-version", host).code == DONE
    assert entry_says(office, "Need") == "yes"


def test_what_a_later_server_did_at_windows_2000_no_source_says(office):
    assert mark(office, "--client-os", "server-2003-or-later", "--host-version", WINDOWS_2000).code == DONE
    assert entry_says(office, "Need") == "unknown"


def test_without_the_client_nothing_is_asked_and_the_entry_says_need_not_checked(office):
    result = mark(office)
    assert result.code == DONE
    assert "not checked" in result.out + result.err
    assert entry_says(office, "Need") == "not-checked"


def test_the_host_s_version_is_the_key_pack_s_unless_given(office):
    assert mark(office, "--client-os", "xp-professional").code == DONE  # key pack 3 is of Server 2019
    assert entry_says(office, "Need") == "yes"


def test_a_key_pack_of_windows_2000_asks_without_a_host_version(admin):
    admin.imports(
        packs=[pack(3, ProductVersionID=0, Description="A02-5.00-S", issued=1)],
        licenses=[issued(3, 1, "PC1")],
    )
    assert mark(admin, "--client-os", "xp-professional").code == REFUSED
