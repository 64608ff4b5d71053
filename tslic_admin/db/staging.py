"""A temporary database that holds the rows of imported files until they are compared with the records."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tslic_admin.domain.catalogue.imports import EVIDENCE
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.catalogue.licenses import LICENSE
from tslic_admin.domain.catalogue.servers import SERVER
from tslic_admin.domain.licenses.issuances import IssuedLicense
from tslic_admin.domain.records.evidence import StoredEvidence

Cell = str | int | None
# the fields of each thing whose values come from imported files; a license row also has its Keypack ID
STAGED_COLUMNS: dict[str, tuple[str, ...]] = {
    "servers": SERVER.listed,
    "key-packs": KEY_PACK.listed,
    "licenses": ("keypack_id", *LICENSE.listed),
    "evidence": EVIDENCE.listed,
}
STAGED_KEYS = {"servers": (), "key-packs": ("keypack_id",), "licenses": ("keypack_id", "license_id")}
_LIST_TABLES = {"servers": "server_row", "key-packs": "pack_row", "licenses": "license_row"}
# evidence makes no server and has no key of one
_TABLES = _LIST_TABLES | {"evidence": "evidence_row"}


class StagedRow(NamedTuple):
    """A row of a server or a key pack; `values` by the names of the catalogue."""

    file: int
    refused: int  # 0 or 1
    line: int
    values: dict[str, Cell]


class StagedLicense(NamedTuple):
    """A row of an issued license; `license_id` is None for one that was entered by hand."""

    file: int
    refused: int  # 0 or 1
    line: int
    keypack_id: int
    license_id: int | None
    listed: IssuedLicense


class StagedEvidence(NamedTuple):
    """A staged row of evidence. `server`: the name in the file. `repeated`: 1 if an earlier row has the same identity."""

    file: int
    line: int
    server: str | None
    repeated: int  # 0 or 1
    values: StoredEvidence


class StagedRefusal(NamedTuple):
    """Why a row, or with line 0 a whole file, is refused (a code of wording/)."""

    line: int
    value: str
    code: str
    facts: Mapping[str, object]


class Staging:
    """A temporary database; used from one thread at a time, gone after `close`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tslic-import-", ignore_cleanup_errors=True)
        self._connection = sqlite3.connect(
            Path(self._folder.name) / "staging.sqlite", isolation_level=None, check_same_thread=False
        )
        run = self._connection.execute
        run("PRAGMA journal_mode=OFF")
        run("PRAGMA synchronous=OFF")
        for subject, table in _TABLES.items():
            # no types: a staged value is whatever the reader made of it
            run(
                f"CREATE TABLE {table} (file, line, named, server, refused DEFAULT 0, {_quoted(STAGED_COLUMNS[subject])})"
            )
        run("CREATE INDEX of_identity ON evidence_row (identity)")
        run("CREATE TABLE refusal (file, server, line, value, code, facts, lasting)")
        run("CREATE TABLE server_name (named UNIQUE, server)")

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()

    # filling

    def add_rows(self, file: int, subject: str, rows: Iterable[tuple[Cell, ...]]) -> None:
        """Rows as (line, server as named or None, *STAGED_COLUMNS[subject])."""
        columns = STAGED_COLUMNS[subject]
        marks = ", ".join("?" * (len(columns) + 2))
        self._connection.execute("BEGIN")
        self._connection.executemany(
            f"INSERT INTO {_TABLES[subject]} (file, line, named, {_quoted(columns)})"
            f" VALUES ({file}, {marks})",
            rows,
        )
        self._connection.execute("COMMIT")

    def refuse(
        self,
        file: int,
        refusals: Iterable[StagedRefusal],
        *,
        server: int | None = None,
        lasting: bool = False,
    ) -> None:
        """Store refusals. `server`: the server of the rows, if known. `lasting`: `begin` keeps them; it deletes all others."""
        self._connection.executemany(
            "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    file,
                    server,
                    one.line,
                    one.value,
                    one.code,
                    json.dumps(one.facts, default=str),
                    int(lasting),
                )
                for one in refusals
            ],
        )

    def discard_file(self, file: int) -> None:
        """Remove all rows and refusals of a file."""
        for table in (*_LIST_TABLES.values(), "refusal"):
            self._connection.execute(f"DELETE FROM {table} WHERE file = ?", (file,))

    # comparing

    def names(self) -> list[str | None]:
        """Every server that a row names, and None where one names none; in the order of their first row."""
        names: dict[str | None, None] = {}
        for table in _LIST_TABLES.values():
            sql = f"SELECT named FROM {table} GROUP BY named ORDER BY min(file), min(line)"
            names.update(dict.fromkeys(row[0] for row in self._connection.execute(sql)))
        return list(names)

    def begin(self, servers: Mapping[str | None, int]) -> None:
        """Begin a comparison: give every row the number of the server that its name stands for.

        Rows of a name that is not in `servers` are left out; their refusals are the caller's.
        """
        run = self._connection.execute
        run("DELETE FROM refusal WHERE NOT lasting")
        run("DELETE FROM server_name")
        self._connection.executemany("INSERT INTO server_name VALUES (?, ?)", servers.items())
        for table in _LIST_TABLES.values():
            run(
                f"UPDATE {table} SET refused = 0,"
                f" server = (SELECT n.server FROM server_name n WHERE n.named IS {table}.named)"
            )
        self._refuse_repeated()

    def _refuse_repeated(self) -> None:
        """Refuse all rows of a key that occurs more than once: which of them is right is unknown."""
        run = self._connection.execute
        for subject, keys in STAGED_KEYS.items():
            table, key = _LIST_TABLES[subject], ", ".join(("server", *keys))
            has_key = "".join(f"AND {one} IS NOT NULL " for one in keys)  # no key, nothing to be repeated
            value = " || '/' || ".join(f"t.{one}" for one in keys) or "t.named"
            run(f"CREATE TEMP TABLE repeated ({key}, files, PRIMARY KEY ({key})) WITHOUT ROWID")
            run(
                f"INSERT INTO repeated SELECT {key}, count(DISTINCT file) > 1 FROM {table}"
                f" WHERE server IS NOT NULL {has_key} GROUP BY {key} HAVING count(*) > 1"
            )
            same = " AND ".join(f"r.{one} = t.{one}" for one in ("server", *keys))
            run(
                f"INSERT INTO refusal SELECT t.file, t.server, t.line, {value},"
                " CASE WHEN r.files THEN 'repeated-in-files' ELSE 'repeated-key' END, '{}', 0"
                f" FROM {table} t JOIN repeated r ON {same}"
            )
            run(f"UPDATE {table} AS t SET refused = 1 WHERE EXISTS (SELECT 1 FROM repeated r WHERE {same})")
            run("DROP TABLE repeated")

    def lists(self, subject: str) -> list[tuple[int, int]]:
        """The lists of one subject: (file, server), in the order of the files."""
        sql = (
            f"SELECT DISTINCT file, server FROM {_LIST_TABLES[subject]} WHERE server IS NOT NULL"
            " ORDER BY file, server"
        )
        return list(self._connection.execute(sql))

    def rows(self, subject: str, server: int) -> Iterator[StagedRow]:
        """All rows of a server or its key packs in all files, in the order of the Keypack IDs."""
        columns = STAGED_COLUMNS[subject]
        for file, refused, line, *cells in self._rows(subject, server, columns):
            yield StagedRow(file, refused, line, dict(zip(columns, cells, strict=True)))

    def licenses(self, server: int) -> Iterator[StagedLicense]:
        """All licenses of a server in all files, in the order of their Keypack IDs and License IDs."""
        columns = ("keypack_id", "license_id", *IssuedLicense._fields)
        for file, refused, line, keypack_id, license_id, *listed in self._rows("licenses", server, columns):
            yield StagedLicense(file, refused, line, keypack_id, license_id, IssuedLicense(*listed))

    def _rows(self, subject: str, server: int, columns: Iterable[str]) -> sqlite3.Cursor:
        order = ", ".join((*STAGED_KEYS[subject], "file", "line"))
        sql = (
            f"SELECT file, refused, line, {_quoted(columns)} FROM {_LIST_TABLES[subject]}"
            f" WHERE server = ? ORDER BY {order}"
        )
        return self._connection.execute(sql, (server,))

    def evidence(self) -> Iterator[StagedEvidence]:
        """All evidence, in the order in which it was read."""
        sql = (
            "SELECT e.file, e.line, e.named,"
            " EXISTS (SELECT 1 FROM evidence_row b WHERE b.identity = e.identity AND b.rowid < e.rowid),"
            f" {_quoted(StoredEvidence._fields)} FROM evidence_row e ORDER BY e.rowid"
        )
        for file, line, named, repeated, *values in self._connection.execute(sql):
            yield StagedEvidence(file, line, named, repeated, StoredEvidence(*values))

    def packs_of_licenses(self, server: int) -> set[tuple[int, int]]:
        """The Keypack IDs that a server's licenses name: (file, Keypack ID)."""
        sql = "SELECT DISTINCT file, keypack_id FROM license_row WHERE server = ?"
        return set(self._connection.execute(sql, (server,)))

    def files_with_unread_rows(self) -> set[int]:
        """The files with a row that could not be read, or whose server is unknown: it may belong to any server."""
        every = " UNION ".join(
            f"SELECT file FROM {table} WHERE server IS NULL" for table in _LIST_TABLES.values()
        )
        sql = f"SELECT file FROM refusal WHERE lasting AND line > 0 UNION {every}"
        return {row[0] for row in self._connection.execute(sql)}

    def lines_without_server(self, file: int) -> list[tuple[int, str | None]]:
        """The lines of a file without a resolved server, each with the name in it (None: an empty cell)."""
        every = " UNION ALL ".join(
            f"SELECT line, named FROM {table} WHERE file = ?1 AND server IS NULL"
            for table in _LIST_TABLES.values()
        )
        return list(self._connection.execute(f"{every} ORDER BY line", (file,)))

    def has_refusals(self) -> bool:
        """Whether any row or file is refused."""
        return bool(self._connection.execute("SELECT EXISTS (SELECT 1 FROM refusal)").fetchone()[0])

    def refusals(self, file: int) -> list[tuple[int | None, StagedRefusal]]:
        """Return the refused rows of a file, ordered by line: the server that the row names (None if unknown), and the reason."""
        sql = "SELECT server, line, value, code, facts FROM refusal WHERE file = ? ORDER BY line"
        return [
            (server, StagedRefusal(line, str(value or ""), code, json.loads(facts)))
            for server, line, value, code, facts in self._connection.execute(sql, (file,))
        ]


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
