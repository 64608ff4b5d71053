"""The console program called in this process, on a store of its own that may hold a little stock."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tslic_admin import cli
from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import IssuanceRow, KeyPackRow, ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.names import label_of

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


def put_license(session, pack: KeyPackRow, number: int, computer: str, **fields: Any) -> None:
    values = {
        "status": 2,
        "issued_at": "2026-01-05T10:00:00Z",
        "first_issued_at": "2026-01-05T10:00:00Z",
        "expires_at": "2026-03-20T10:00:00Z",
        "computer_label": label_of(computer),
    }
    session.add(IssuanceRow(key_pack_id=pack.id, license_id=number, computer=computer, **(values | fields)))


@pytest.fixture
def stocked(console: Console, store: Store) -> Console:
    """DC01 with a pack of three licenses, a pool of temporary ones with one, and an ended license."""
    with store.writing() as session:
        server = ServerRow(name="DC01", label="dc01", domain="", role=1, version="Windows Server 2019")
        session.add(server)
        session.flush()
        common = {"server_id": server.id, "origin": "original", "transfer_policy": "one-time"}
        seen = {"first_seen_at": "2026-01-01T00:00:00Z", "product_version_id": 6, "product_type": 0}
        pack = KeyPackRow(
            keypack_id=3,
            key_pack_type=2,
            total=10,
            issued=3,
            available=7,
            description="A02-10.01-S",
            product_version="Windows Server 2019",
            **common,
            **seen,
        )
        pool = KeyPackRow(
            keypack_id=4, key_pack_type=4, total=4294967295, issued=1, available=4294967295, **common, **seen
        )
        session.add_all([pack, pool])
        session.flush()
        for number, computer in enumerate(("PC1", "PC2", "PC3"), start=1):
            put_license(session, pack, number, computer)
        put_license(session, pack, 9, "OLD", ended_on="2026-02-01", ended_why="vanished")
        put_license(session, pool, 1, "NEW", status=1, expires_at="2026-03-30T10:00:00Z")
        session.flush()
        seal(session, "import")
    return console


@pytest.fixture
def collected(stocked: Console) -> Console:
    """Request 1 holds two of the licenses; a computer with a temporary one waits for the first."""
    stocked.json("reissue", "open", "--server", "DC01", "--reason", "two machines broke")
    stocked.json("reissue", "add", "1", "DC01/3/1=NEW", "DC01/3/2")
    return stocked
