"""A reissue request as the worksheet for the call, read at once."""

from __future__ import annotations

import pytest

from tslic_admin.services.worksheets import read_worksheet, reveal_server_id
from tslic_admin.wording.spelling import WORDS, spelled


@pytest.fixture
def told(sample):
    return sample


def test_an_open_request_brings_what_is_needed_for_the_call(told, clock):
    sheet = read_worksheet(told, clock, 2)
    assert sheet.server.name == "RDLIC22"
    assert [row.computer for row in sheet.collected] == ["MUC-PC-0320", "MUC-PC-0321"]
    assert [row.keypack_id for row in sheet.packs] == [3]
    assert sheet.pack is None
    assert [row.number for row in sheet.others] == [1]
    assert sheet.draft["agent"] == "Mr. Haddad"


def test_a_recorded_request_brings_the_pack_it_became_and_no_draft(told, clock):
    sheet = read_worksheet(told, clock, 1)
    assert (sheet.pack.keypack_id, sheet.pack.code) == (7, "…00001")
    assert sheet.draft == {}


def test_there_is_no_worksheet_of_a_request_that_is_not(told, clock):
    assert read_worksheet(told, clock, 99) is None


def test_the_server_id_is_whole_only_together_with_an_entry(told, store, clock):
    with store.writing() as session:
        revealed = reveal_server_id(session, 2)
    assert revealed.text == "SAMPLE" * 5 + "00022"
    assert read_worksheet(told, clock, 2).server.license_server_id == "…00022"
    with store.reading() as session:
        kind, reference = (
            session.connection()
            .exec_driver_sql(
                "SELECT e.kind, l.reference FROM entry e JOIN event_line l ON l.entry = e.number ORDER BY e.number DESC"
            )
            .first()
        )
    assert (kind, reference) == ("reveal", "RDLIC22")


def test_codes_are_spelled_in_words_by_groups():
    assert len(WORDS) == 36
    assert spelled("AB129") == "Alfa Bravo One Two Nine"
    assert spelled("ABCDEZ") == "Alfa Bravo Charlie Delta Echo – Zulu"
    assert spelled("") == ""
