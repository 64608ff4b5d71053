"""The script as a file, and the servers that are offered for it."""

from __future__ import annotations

import pytest
from ui.every_dialog import stock

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.importing import collector
from tslic_admin.services.records import servers


def test_the_servers_of_the_records_are_offered(store, clock):
    stock(store)
    with store.writing() as session:
        servers.add(session, "OLD", ServerFields(windows_version="2003"))
    assert collector.recorded_servers(store.path, clock) == [
        ("DC01.corp.example", True),
        ("OLD", False),
        ("TS2K", True),
    ]


def test_a_script_is_written_whole_or_not_at_all(store, tmp_path):
    target = tmp_path / collector.FILE_NAME
    collector.write(collector.script(["DC01"]), target, store=store.path)
    assert target.read_bytes() == collector.script(["DC01"])
    with pytest.raises(StoreTrouble, match="file-not-written"):
        collector.write(b"x", tmp_path / "nowhere" / "x.ps1", store=store.path)
    with pytest.raises(RuleViolation, match="target-is-store"):
        collector.write(b"x", store.path, store=store.path)


def test_a_name_counts_once_and_must_be_one():
    assert collector.read_server_names([" DC01 ", "dc01", "DC02"]) == ["dc01", "DC02"]
    with pytest.raises(RuleViolation, match="name-missing"):
        collector.read_server_names([""])
