"""Which errors of the driver are trouble with the file, and which are bugs."""

from __future__ import annotations

import ast
import sqlite3
import string
from contextlib import closing
from pathlib import Path

import pytest

import tslic_admin
from tslic_admin.db.trouble import StoreTrouble, store_trouble, trouble_of
from tslic_admin.wording.messages import FILE_TROUBLE, STORE_TROUBLE, trouble_text


def driver_error(name: str | None) -> sqlite3.Error:
    error = sqlite3.OperationalError("x")
    if name is not None:
        error.sqlite_errorname = name
    return error


class Wrapped(Exception):
    """As SQLAlchemy does it."""

    def __init__(self, orig: BaseException) -> None:
        super().__init__(str(orig))
        self.orig = orig


CODES = {
    "SQLITE_BUSY": "store-locked",
    "SQLITE_BUSY_SNAPSHOT": "store-locked",
    "SQLITE_LOCKED": "store-locked",
    "SQLITE_FULL": "store-full",
    "SQLITE_READONLY": "store-read-only",
    "SQLITE_READONLY_DBMOVED": "store-read-only",
    "SQLITE_PERM": "store-read-only",
    "SQLITE_CANTOPEN": "store-cannot-open",
    "SQLITE_AUTH": "store-cannot-open",
    "SQLITE_NOTADB": "store-not-a-store",
    "SQLITE_CORRUPT": "store-damaged",
    "SQLITE_CORRUPT_VTAB": "store-damaged",
    "SQLITE_IOERR_WRITE": "store-unreadable",
}


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("wrap", [lambda error: error, Wrapped], ids=["driver", "wrapped"])
def test_an_error_about_the_file_becomes_trouble(name, wrap):
    error = wrap(driver_error(name))
    with pytest.raises(StoreTrouble) as found, store_trouble():
        raise error
    assert found.value.code == CODES[name]
    assert found.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        driver_error("SQLITE_CONSTRAINT_UNIQUE"),
        driver_error("SQLITE_ERROR"),
        driver_error(None),
        Wrapped(driver_error("SQLITE_MISMATCH")),
        Wrapped(ValueError("SQLITE_BUSY")),
        ValueError("x"),
        KeyboardInterrupt(),
    ],
    ids=repr,
)
def test_anything_else_passes_as_it_is(error):
    with pytest.raises(type(error)) as found, store_trouble():
        raise error
    assert found.value is error
    assert trouble_of(error) is None


def test_trouble_that_is_named_already_passes_with_its_facts():
    first = StoreTrouble("store-newer", path="x")
    with pytest.raises(StoreTrouble) as found, store_trouble():
        raise first
    assert found.value is first
    assert (str(first), first.facts) == ("store-newer", {"path": "x"})


def test_no_error_is_no_trouble():
    with store_trouble():
        pass


def test_text_that_is_none_is_damage(database):
    with (
        closing(sqlite3.connect(database)) as connection,
        pytest.raises(StoreTrouble) as found,
        store_trouble(),
    ):
        connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchall()
    assert found.value.code == "store-damaged"


def test_a_file_opened_for_reading_is_read_only(database):
    with (
        closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection,
        pytest.raises(StoreTrouble) as found,
        store_trouble(),
    ):
        connection.execute("INSERT INTO server (name, label, domain) VALUES ('a', 'a', '')")
    assert found.value.code == "store-read-only"


# its sentences


def raised(name: str) -> set[str]:
    """Every code that the program raises by this name, as its sources have it."""
    found = set()
    for path in Path(tslic_admin.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name and node.args:
                (first, *_) = node.args
                found |= {first.value} if isinstance(first, ast.Constant) else set()
    return found


def test_every_trouble_has_a_sentence_and_every_sentence_its_trouble():
    codes = raised("StoreTrouble") | set(CODES.values())
    assert {code for code in codes if code.startswith("store-")} == set(STORE_TROUBLE)
    assert codes <= set(STORE_TROUBLE) | set(FILE_TROUBLE)


@pytest.mark.parametrize("code", STORE_TROUBLE)
def test_its_sentence_needs_no_facts_and_says_what_to_do(code):
    assert [name for _, name, _, _ in string.Formatter().parse(STORE_TROUBLE[code]) if name] == []
    said = trouble_text(code, {"path": Path("x")})
    assert said.count(". ") >= 1
    assert said.endswith(".")
