"""A misspelt attribute of a row does not pass the type check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
from tslic_admin.db.lists.pages import ReadView
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.domain.catalogue.licenses import LicenseLine
from tslic_admin.wording.lists.columns import Column


def read(state: ReadView) -> None:
    for pack in state.rows(PACKS, server_id=1):
        print(pack.keypack_id)
        print(pack.keypackid)
    state.rows(PACKS, serverid=1)


COLUMNS: tuple[Column[LicenseLine], ...] = (
    Column("computer", "Computer", lambda row: row.computer),
    Column("computer", "Computer", lambda row: row.komputer),
)
"""


def test_misspelt_attributes_and_filters_of_lists_are_type_errors(tmp_path: Path) -> None:
    file = tmp_path / "newcomer.py"
    file.write_text(PROGRAM, encoding="utf-8")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    errors = [line.partition(": error: ") for line in result.stdout.splitlines() if ": error: " in line]
    lines = [int(place.rpartition(":")[2]) for place, _, _ in errors]
    assert lines == [
        PROGRAM[: PROGRAM.index(text)].count("\n") + 1 for text in ("keypackid)", "serverid", "komputer")
    ]
