"""Every field that the catalogue says a file lists is read, staged and compared, under the same name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tslic_admin.db.staging import STAGED_COLUMNS
from tslic_admin.domain.catalogue.imports import EVIDENCE
from tslic_admin.domain.catalogue.key_packs import KEY_PACK
from tslic_admin.domain.catalogue.licenses import LICENSE
from tslic_admin.domain.catalogue.servers import SERVER
from tslic_admin.domain.licenses.issuances import IssuedLicense
from tslic_admin.domain.records.evidence import StoredEvidence
from tslic_admin.formats.tables.records import EvidenceRecord, IssuedRecord, KeyPackRecord, ServerRecord
from tslic_admin.services.evidence.matching import CLAIM_COLUMNS

# where a record stands in its file, and how its evidence is told apart
PLACE = {"line", "server", "key"}


@pytest.mark.parametrize(
    ("record", "listed"),
    [
        (ServerRecord, {*SERVER.listed}),
        (KeyPackRecord, {*KEY_PACK.listed}),
        (IssuedRecord, {*LICENSE.listed, "keypack_id"}),
        (EvidenceRecord, {*EVIDENCE.listed} - {"identity"}),
    ],
)
def test_a_record_has_the_fields_of_the_catalogue(record, listed):
    assert {field.name for field in fields(record)} - PLACE == listed


def test_what_is_compared_of_a_license_are_the_fields_of_the_catalogue():
    assert ("keypack_id", "license_id", *IssuedLicense._fields) == STAGED_COLUMNS["licenses"]


def test_evidence_is_stored_with_the_fields_of_the_catalogue():
    assert StoredEvidence._fields == EVIDENCE.listed
    assert {*CLAIM_COLUMNS} == {*EVIDENCE.listed} - {"identity", "kind", "facts"}
