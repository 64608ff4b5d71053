"""A temporary database that holds the rows of imported files until they are compared with the records."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# The columns of a staged row after file, line and server; the leading ones are the server's key.
STAGED_COLUMNS: dict[str, tuple[str, ...]] = {
    "servers": (
        "product_id",
        "first_name",
        "last_name",
        "company",
        "country_region",
        "email",
        "org_unit",
        "address",
        "city",
        "state",
        "postal_code",
        "role",
        "database_path",
        "version",
        "version_number",
        "activation",
    ),
    "key-packs": (
        "keypack_id",
        "description",
        "key_pack_type",
        "product_type",
        "product_version",
        "product_version_id",
        "total",
        "issued",
        "available",
        "expires_at",
        "access_rights",
        "type_and_model",
    ),
    "licenses": (
        "keypack_id",
        "license_id",
        "user",
        "computer",
        "status",
        "issued_at",
        "expires_at",
        "hardware_id",
    ),
    "evidence": (
        "identity",
        "kind",
        "server_product_id",
        "computer",
        "user",
        "hardware_id",
        "product_version",
        "product_version_id",
        "product_type",
        "temporary",
        "issued_at",
        "expires_at",
        "happened_at",
        "facts",
    ),
}
STAGED_KEYS = {"servers": (), "key-packs": ("keypack_id",), "licenses": ("keypack_id", "license_id")}
_LIST_TABLES = {"servers": "server_row", "key-packs": "pack_row", "licenses": "license_row"}
# evidence makes no server and has no key of one
_TABLES = _LIST_TABLES | {"evidence": "evidence_row"}


class StagedRefusal(NamedTuple):
    """Why a row, or with line 0 a whole file, is refused (a code of wording/)."""

    line: int
    value: str
    code: str
    facts: dict[str, Any]


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
            run(f"CREATE TABLE {table} (file, line, named, server, refused DEFAULT 0, {_quoted(subject)})")
        run("CREATE INDEX of_identity ON evidence_row (identity)")
        run("CREATE TABLE refusal (file, server, line, value, code, facts, lasting)")
        run("CREATE TABLE server_name (named UNIQUE, server)")

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()

    # filling

    def add_rows(self, file: int, subject: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows as (line, server as named or None, *STAGED_COLUMNS[subject])."""
        marks = ", ".join("?" * (len(STAGED_COLUMNS[subject]) + 2))
        self._connection.execute("BEGIN")
        self._connection.executemany(
            f"INSERT INTO {_TABLES[subject]} (file, line, named, {_quoted(subject)})"
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

    def rows(self, subject: str, file: int, server: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a list that are not refused, (line, *STAGED_COLUMNS), in the order of the server's keys."""
        order = ", ".join(STAGED_KEYS[subject]) or "line"
        sql = (
            f"SELECT line, {_quoted(subject)} FROM {_LIST_TABLES[subject]}"
            f" WHERE file = ? AND server = ? AND NOT refused ORDER BY {order}"
        )
        return iter(self._connection.execute(sql, (file, server)))

    def server_rows(self, subject: str, server: int) -> Iterator[tuple[Any, ...]]:
        """All rows of a server in all files, (file, refused, line, *STAGED_COLUMNS), in the order of its keys."""
        order = ", ".join((*STAGED_KEYS[subject], "file", "line"))
        sql = (
            f"SELECT file, refused, line, {_quoted(subject)} FROM {_LIST_TABLES[subject]}"
            f" WHERE server = ? ORDER BY {order}"
        )
        return iter(self._connection.execute(sql, (server,)))

    def evidence(self) -> Iterator[tuple[Any, ...]]:
        """All evidence as it was read: (file, line, server as named or None, whether an earlier row has its identity, *STAGED_COLUMNS)."""
        sql = (
            "SELECT e.file, e.line, e.named,"
            " EXISTS (SELECT 1 FROM evidence_row b WHERE b.identity = e.identity AND b.rowid < e.rowid),"
            f" {_quoted('evidence')} FROM evidence_row e ORDER BY e.rowid"
        )
        return iter(self._connection.execute(sql))

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
        """The refusals of a file by line, each with the server of the row, None where it is unknown."""
        sql = "SELECT server, line, value, code, facts FROM refusal WHERE file = ? ORDER BY line"
        return [
            (server, StagedRefusal(line, str(value or ""), code, json.loads(facts)))
            for server, line, value, code, facts in self._connection.execute(sql, (file,))
        ]


def _quoted(subject: str) -> str:
    return ", ".join(f'"{name}"' for name in STAGED_COLUMNS[subject])
