"""Whatever the encoding, the same lines come out; what is no text is none."""

from __future__ import annotations

import codecs

import pytest

from tslic_admin.formats.tables import files
from tslic_admin.formats.tables.files import FileBytes


def open_text(data: bytes) -> files.TextFile | None:
    return files.open_text(FileBytes(data))


TEXT = "KeyPackId,ProductVersion\r\n2,Größe\r\n"
LINES = ["KeyPackId,ProductVersion\n", "2,Größe\n"]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        ("#" + TEXT.replace("\n2", "\n#2")).encode(),
        ("# " + TEXT.replace("\n2", "\n# 2")).encode(),
        ("#" + TEXT.replace("\n2", "\n#2")).encode("utf-16"),
    ],
)
def test_the_lines_are_the_same_in_every_encoding(data):
    text = open_text(data)
    assert text is not None
    assert list(text.lines()) == LINES
    assert "".join(text.chunks()) == "".join(LINES)
    assert list(text.lines()) == LINES


def test_a_blank_after_the_comment_sign_belongs_to_it_only_where_every_line_has_one():
    text = open_text(b"#  a\n#\n# b\n")
    assert text is not None
    assert list(text.lines()) == [" a\n", "\n", "b\n"]
    text = open_text(b"#  a\n\n#b\n")
    assert text is not None
    assert list(text.lines()) == ["  a\n", "\n", "b\n"]


@pytest.mark.parametrize("data", [b"#TYPE x\na\n", b"# a\nb\n", b"a\n#b\n"])
def test_not_every_number_sign_is_a_comment(data):
    text = open_text(data)
    assert text is not None
    assert list(text.lines()) == data.decode().splitlines(keepends=True)


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + b"\xff",
        codecs.BOM_UTF16_LE + b"a",
        codecs.BOM_UTF16_LE + b"\0\xd8a\0",
        codecs.BOM_UTF32_LE + "a".encode("utf-32-le"),
        b"\x81\xff",
        b"ab\0\0",
        b"a\0b\0\0\0",
    ],
)
def test_an_encoding_that_does_not_hold_up_is_none(data):
    assert open_text(data) is None


def test_a_long_text_comes_in_pieces():
    text = open_text(b"x" * (3 << 20))
    assert text is not None
    assert [len(chunk) for chunk in text.chunks()] == [1 << 20] * 3


def test_breaks_can_be_had_as_they_were_written():
    text = open_text(b"a\r\nb\rc\n")
    assert list(text.lines(as_written=True)) == ["a\r\n", "b\r", "c\n"]
    assert list(text.lines()) == ["a\n", "b\n", "c\n"]
