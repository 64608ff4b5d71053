"""Every code that the formats hand out has its sentence, and no sentence is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import tslic_admin.formats
from tslic_admin.formats.evidence.event_xml import PROVIDER
from tslic_admin.formats.recognise import RECOGNISERS
from tslic_admin.wording.exporting.exports import EXPORT_REFUSALS
from tslic_admin.wording.importing.refusals import FILE_REFUSALS, ROW_REFUSALS

CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")
FACTS = {
    "file-too-large": {"largest"},
    "too-many-refused": {"count"},
    "too-many-headings": {"count"},
    "row-endless": {"line"},
    "format-does-not-fit": {"value"},
    "unknown-format": {"value", "known"},
    "unknown-date-order": {"value", "known"},
    "date-order-open": {"value"},
    "columns-missing": {"columns"},
    "columns-unknown": {"columns"},
    "mapping-subject-unknown": {"value"},
    "mapping-property-unknown": {"value"},
    "mapping-twice": {"property"},
    "mapping-missing": {"properties"},
    "columns-ambiguous": {"first", "second"},
    "machines-mixed": {"first", "second"},
    "json-malformed": {"line"},
    "client-file-many-entries": {"most"},
    "client-file-too-large": {"most"},
    "client-license-damaged": {"what"},
    "client-license-too-long": {"most"},
    "client-license-too-many": {"most"},
    "collector-newer": {"version", "known"},
    "xml-doctype": {"line"},
    "xml-malformed": {"line"},
    "section-headings": {"line", "value", "expected"},
}


def codes() -> tuple[set[str], set[str]]:
    """What stands as a code in the sources: of a RuleViolation, and otherwise."""
    of_files, others = set(), set()
    for source in Path(tslic_admin.formats.__file__).parent.rglob("*.py"):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "RuleViolation"
            ):
                of_files.add(ast.literal_eval(node.args[0]))
            elif (
                isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
            ):
                others.add(node.value)
    return of_files, others - of_files - set(RECOGNISERS) - {
        "utf-8-sig",
        "utf-16-le",
        "utf-16-be",
        "built-in",
        "key-packs",
        "x-wr-calname",
        PROVIDER,
    }


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    of_files, of_rows = codes()
    written = {code for code in EXPORT_REFUSALS if code.startswith("xlsx-")}
    assert of_files == set(FILE_REFUSALS) | written
    assert of_rows == set(ROW_REFUSALS)


def test_sentences_need_no_more_than_the_facts():
    for code, sentence in FILE_REFUSALS.items():
        assert sentence.format(**dict.fromkeys(FACTS.get(code, ()), "X")).endswith(".")
    for sentence in ROW_REFUSALS.values():
        assert sentence.format(value="X")
