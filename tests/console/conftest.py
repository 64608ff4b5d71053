"""The console program called in this process, on a store of its own that may hold a little stock."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from world import import_listed

from tslic_admin import cli
from tslic_admin.db.store import Store

CODE = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-FFFFF-GGGGG"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Console:
    """`console("servers", "list")`: one call; `.json(...)`: the same with --json, which must succeed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch, clock) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self._clock = clock

    def __call__(self, *argv: str, stdin: bytes | str = b"") -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        self._capsys.readouterr()
        code = cli.main(["--data-dir", str(self.folder), *argv], now=self._clock)
        out, err = self._capsys.readouterr()
        return Result(code, out, err)

    def json(self, *argv: str, stdin: bytes | str = b"") -> Any:
        result = self("--json", *argv, stdin=stdin)
        assert (result.code, result.err) == (0, "")
        return result.json

    def refused(self, *argv: str) -> str:
        """The one line of a refusal; nothing is on standard output."""
        result = self(*argv)
        assert result.code == 3, result
        assert result.out == ""
        assert result.err.endswith("\n")
        assert result.err.count("\n") == 1
        return result.err


@pytest.fixture
def console(database: Path, capsys, monkeypatch, clock) -> Console:
    return Console(database.parent, capsys, monkeypatch, clock)


@pytest.fixture
def stocked(console: Console, store: Store) -> Console:
    """DC01 with a pack of three licenses, a pool of temporary ones with one, and an ended license: two imports."""
    import_listed(store, "DC01")
    return console


@pytest.fixture
def collected(stocked: Console) -> Console:
    """Request 1 holds two of the licenses; a computer with a temporary one waits for the first."""
    stocked.json("reissue", "open", "--server", "DC01", "--reason", "two machines broke")
    stocked.json("reissue", "add", "1", "DC01/3/1=NEW", "DC01/3/2")
    return stocked
