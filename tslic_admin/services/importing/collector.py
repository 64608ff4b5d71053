"""Writes the collector script for named or recorded servers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tslic_admin.db.lists.pages import read_view
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.licenses.packs import ProductVersion
from tslic_admin.domain.names import read_name
from tslic_admin.formats.writing.collector_script import FILE_NAME, collector_script
from tslic_admin.services.output_file import new_file

__all__ = ["FILE_NAME", "read_server_names", "recorded_servers", "script", "write"]


def read_server_names(typed: Sequence[str]) -> list[str]:
    """Server names as typed, each once. Raises RuleViolation `name-missing` or `name-malformed`."""
    read = (read_name(name, field="server") for name in typed)
    return list({name.casefold(): name for name in read}.values())


def script(typed: Sequence[str]) -> bytes:
    """The script for these servers, or for the computer that it runs on. Raises RuleViolation."""
    return collector_script(read_server_names(typed))


def recorded_servers(path: Path, now: Callable[[], datetime]) -> list[tuple[str, bool]]:
    """The names of all servers of the records, and whether the script can read them as far as is known.

    The WMI classes came with Windows Server 2008. Raises StoreTrouble.
    """
    with read_view(path, now) as state:
        return [
            (row.name, row.windows_version is None or row.windows_version >= ProductVersion.SERVER_2008)
            for row in state.rows(SERVERS)
        ]


def write(content: bytes, target: Path, *, store: Path) -> None:
    """Write a script to a file, whole or not at all.

    Raises RuleViolation `target-is-store`, StoreTrouble `file-not-written`.
    """
    with new_file(target, besides=store) as file:
        file.write(content)
