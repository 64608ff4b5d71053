"""What somebody said of a table's columns is an entry, kept by its headings, and used by every import."""

from __future__ import annotations

import json

import pytest
from services.importer import Importer, packs, refused
from services.stock import count_entries, every, last_entry

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.history import verification
from tslic_admin.services.importing import column_mappings as mappings
from tslic_admin.services.importing.column_mappings import ColumnMapping
from tslic_admin.services.importing.files import SourceFile

TABLE = b"Lfd;Paket;Lizenz;Rechner;Seit\n1;3;7;PC01;13/03/2024\n2;3;x;PC02;\n"
FIELDS = (None, "keypack_id", "license_id", "computer", "issued_at")
SOURCE = SourceFile("table.csv", TABLE)
MAPPING = ColumnMapping("licenses", FIELDS)


def say(store, mapping=MAPPING):
    found = mappings.preview_table(SOURCE, {})
    with store.writing() as session:
        return mappings.save_mapping(session, found.layout, mapping)


def test_a_table_is_looked_at_before_anything_is_said():
    found = mappings.preview_table(SOURCE, {})
    assert found.layout.headings == ("Lfd", "Paket", "Lizenz", "Rechner", "Seit")
    assert found.rows == (("1", "3", "7", "PC01", "13/03/2024"), ("2", "3", "x", "PC02", ""))
    assert (found.is_saved, set(found.mapping.fields)) == (False, {None})
    known = mappings.preview_table(SOURCE, {found.layout.digest: MAPPING})
    assert (known.is_saved, known.mapping) == (True, MAPPING)
    assert found.suggest("servers").subject == "servers"
    assert mappings.preview_table(SourceFile("no", b"no table\n"), {}) is None
    assert mappings.preview_table(SourceFile("no", b"\0\1"), {}) is None


def test_the_first_rows_are_shown_as_they_would_be_read():
    layout = mappings.preview_table(SOURCE, {}).layout
    first, second = mappings.sample_rows(SOURCE, layout, MAPPING, time_zone="Europe/Berlin")
    assert (first.line, first.values["license_id"], first.values["computer"]) == (2, 7, "PC01")
    assert first.values["issued_at"].isoformat() == "2024-03-12T23:00:00+00:00"
    assert (second.line, second.refused.code, second.values) == (3, "number-malformed", {})
    with pytest.raises(RuleViolation, match="mapping-missing"):
        mappings.sample_rows(SOURCE, layout, ColumnMapping("licenses", (None,) * 5))
    with pytest.raises(RuleViolation, match="file-changed"):
        mappings.sample_rows(SourceFile("x", b"KeyPackId,TotalLicenses\n3,5\n"), layout, MAPPING)


def test_what_was_said_is_an_entry_and_may_be_said_again(store, clock):
    assert say(store).entry == 1
    assert last_entry(store).kind == "mapping.set"
    assert say(store).entry is None
    other = ColumnMapping("licenses", (*FIELDS[:3], "user", None))
    assert say(store, other).entry == 2
    (row,) = every(store, "SELECT * FROM column_mapping")
    assert (row["subject"], json.loads(row["fields"])) == ("licenses", list(other.fields))
    assert mappings.read_mappings(store.path, clock) == {row["digest"]: other}
    assert verification.verify(store.path, clock).state is verification.VerificationState.INTACT


def test_what_is_not_enough_is_not_kept(store):
    with pytest.raises(RuleViolation, match="mapping-missing"):
        say(store, ColumnMapping("licenses", (None, "keypack_id", None, None, None)))
    assert count_entries(store) == 0


def test_an_import_reads_the_table_as_it_was_said(store, clock):
    say(store)
    importer = Importer(store, clock)
    known = mappings.read_mappings(store.path, clock)
    results = importer.refuse(packs(), ("table.csv", TABLE), mappings=known, server="DC01")
    assert refused(results) == [(3, "x", "number-malformed")]
    done = importer.take(packs(), ("table.csv", TABLE.replace(b"x", b"8")), mappings=known, server="DC01").act
    assert done.entry == 2
    assert [row["computer"] for row in every(store, "SELECT computer FROM issuance")] == ["PC01", "PC02"]
    assert every(store, "SELECT format FROM snapshot WHERE subject = 'licenses'")[0]["format"] == "mapped"
    with pytest.raises(RuleViolation, match="import-refused"):
        importer.take(("table.csv", TABLE), mappings={})
