"""What the recorder makes of the changes of an act: lines, one entry, and nothing that it was not told."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from tslic_admin.db.history.recording import BATCH, created_text, mask_secret, next_entry, seal
from tslic_admin.db.schema.tables import EntryRow, EventLineRow, KeyPackRow, ServerRow
from tslic_admin.domain.history.entries import GENESIS, EntryHead, EventLine, entry_digest

CODE = "AAAAABBBBBCCCCCDDDDDEEEEEFFFFFGGGGG"


def new_server(name: str = "DC01", **fields) -> ServerRow:
    return ServerRow(name=name, label=name.casefold(), domain="", **fields)


def lines_of(session, entry: int) -> list[tuple]:
    rows = session.scalars(
        select(EventLineRow).where(EventLineRow.entry == entry).order_by(EventLineRow.line)
    )
    return [(row.line, row.kind, row.record, row.reference, row.field, row.before, row.after) for row in rows]


@pytest.fixture
def server(store) -> int:
    with store.writing() as session:
        row = new_server(phone="1")
        session.add(row)
        seal(session, "server.add")
        return row.id


def test_a_new_thing_is_one_line_with_all_it_was_given(store, server):
    with store.reading() as session:
        assert lines_of(session, 1) == [
            (1, "server", server, "DC01", None, None, '{"Name":"DC01","Phone":"1"}')
        ]


def test_what_is_set_on_a_new_thing_after_a_flush_still_belongs_to_its_one_line(store):
    with store.writing() as session:
        row = new_server(phone="1")
        session.add(row)
        session.flush()
        row.phone, row.country = "2", "DE"
        session.flush()
        row.country = "AT"
        assert seal(session, "server.add") == 1
        (line,) = lines_of(session, 1)
    assert json.loads(line[-1]) == {"Country": "AT", "Name": "DC01", "Phone": "2"}


def test_changes_over_several_flushes_are_one_line_from_the_first_value_to_the_last(store, server):
    with store.writing() as session:
        row = session.get_one(ServerRow, server)
        for phone in ("2", "3", "4"):
            row.phone = phone
            session.flush()
        seal(session, "server.set")
        assert lines_of(session, 2) == [(1, "server", server, "DC01", "Phone", "1", "4")]


def test_a_value_set_without_having_been_read_has_its_value_before_all_the_same(store, server):
    with store.writing() as session:
        row = session.get_one(ServerRow, server)
        session.expire_all()
        row.phone = "2"
        seal(session, "server.set")
        assert lines_of(session, 2) == [(1, "server", server, "DC01", "Phone", "1", "2")]


def test_setting_what_is_already_there_is_no_entry(store, server):
    with store.writing() as session:
        session.get_one(ServerRow, server).phone = "1"
        assert seal(session, "server.set") is None
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(EntryRow)) == 1


def test_what_is_changed_and_changed_back_is_no_entry_and_no_trouble(store, server):
    with store.writing() as session:
        row = session.get_one(ServerRow, server)
        row.phone = "2"
        session.flush()
        row.phone = "1"
        assert seal(session, "server.set") is None


def test_a_change_without_an_entry_is_refused_and_rolled_back(store, server):
    with pytest.raises(RuntimeError, match="without a history entry"), store.writing() as session:
        session.get_one(ServerRow, server).phone = "2"
    with store.reading() as session:
        assert session.get_one(ServerRow, server).phone == "1"


def test_a_new_thing_without_an_entry_is_refused_and_rolled_back(store):
    with pytest.raises(RuntimeError, match="without a history entry"), store.writing() as session:
        session.add(new_server())
    with store.reading() as session:
        assert session.scalars(select(ServerRow)).all() == []


def test_a_change_after_the_entry_is_refused_too(store, server):
    with pytest.raises(RuntimeError), store.writing() as session:
        row = session.get_one(ServerRow, server)
        row.phone = "2"
        seal(session, "server.set")
        row.phone = "3"


def test_an_act_may_write_two_entries_each_with_its_own_lines(store, server):
    with store.writing() as session:
        row = session.get_one(ServerRow, server)
        row.phone = "2"
        assert seal(session, "server.set") == 2
        row.country = "DE"
        assert seal(session, "server.set") == 3
        assert [line[4] for line in lines_of(session, 2) + lines_of(session, 3)] == ["Phone", "Country"]


def test_what_the_history_does_not_hold_needs_no_entry(store, server):
    from tslic_admin.db.schema.tables import DraftRow, RequestRow

    with store.writing() as session:
        session.add(RequestRow(server_id=server, state="open", opened_on="2026-03-02"))
        seal(session, "reissue.open")
    with store.writing() as session:
        session.add(DraftRow(request_id=1, content="{}"))
    with store.writing() as session:
        session.get_one(DraftRow, 1).content = '{"code": 1}'
    with store.reading() as session:
        assert next_entry(session)[0] == 3


def test_lines_stand_in_the_order_in_which_things_were_first_touched_then_those_of_bulk_writers(
    store, server
):
    with store.writing() as session:
        session.get_one(ServerRow, server).phone = "2"
        session.flush()
        second = new_server("DC02")
        session.add(second)
        session.flush()
        session.get_one(ServerRow, server).country = "DE"
        more = [("license", 7, "DC01/3/7", "LicenseStatus", "1", "2")]
        seal(session, "import", bulk_lines=iter(more))
        assert [line[:5] for line in lines_of(session, 2)] == [
            (1, "server", server, "DC01", "Phone"),
            (2, "server", server, "DC01", "Country"),
            (3, "server", second.id, "DC02", None),
            (4, "license", 7, "DC01/3/7", "LicenseStatus"),
        ]


def test_secrets_are_masked_in_every_line(store, server):
    with store.writing() as session:
        pack = KeyPackRow(
            server_id=server,
            origin="original",
            transfer_policy="one-time",
            license_key_pack_id=CODE,
            number="12345678",
            authorization_number="A" * 10 + "12345",
        )
        session.add(pack)
        session.get_one(ServerRow, server).license_server_id = CODE
        seal(session, "pack.add")
        pack.license_key_pack_id = "Z" * 35
        pack.number = None
        seal(session, "pack.set")
        text = str(lines_of(session, 2) + lines_of(session, 3))
    assert "…GGGGG" in text
    for secret in (CODE, "12345678", "A" * 10, "ZZZZZZ", "FFFFF"):
        assert secret not in text


def test_only_fields_named_secret_are_masked():
    assert mask_secret(KeyPackRow, "number", "12345678") == "…45678"
    assert mask_secret(KeyPackRow, "notes", "12345678") == "12345678"
    assert mask_secret(KeyPackRow, "number", None) is None


def test_a_new_thing_s_text_leaves_out_what_it_does_not_have_and_what_history_does_not_hold():
    assert created_text(ServerRow, {"id": 1, "name": "Ü", "label": "ü", "phone": None, "role": 0}) == (
        '{"Name":"Ü","ServerRole":0}'
    )


def test_an_entry_says_when_who_what_and_why(store, server, clock):
    with store.writing() as session:
        session.get_one(ServerRow, server).phone = "2"
        seal(session, "server.set", on=date(2026, 2, 1), reason="moved")
        entry = session.get_one(EntryRow, 2)
        first = session.get_one(EntryRow, 1)
    assert (entry.recorded_at, entry.effective_on) == ("2026-03-02T12:00:00Z", "2026-02-01")
    assert (entry.actor, entry.kind, entry.reason, entry.voids) == ("tester@box", "server.set", "moved", None)
    assert (first.effective_on, first.reason, first.previous) == ("2026-03-02", None, GENESIS)
    assert (entry.form, entry.previous) == (1, first.digest)


def test_an_empty_reason_is_none_and_a_fraction_of_a_second_is_dropped(store, clock):
    clock.now = clock.now.replace(microsecond=123456)
    with store.writing() as session:
        session.add(new_server())
        seal(session, "server.add", reason="")
        entry = session.get_one(EntryRow, 1)
        assert (entry.recorded_at, entry.reason) == ("2026-03-02T12:00:00Z", None)


def test_an_entry_that_takes_another_back_says_so_in_a_line_of_its_own(store, server):
    with store.writing() as session:
        session.get_one(ServerRow, server).phone = "2"
        seal(session, "void", voids=1)
        assert lines_of(session, 2)[-1] == (2, "entry", 1, "1", "VoidedBy", None, "2")
        assert session.get_one(EntryRow, 2).voids == 1


def test_a_digest_is_over_the_entry_its_lines_and_the_digest_before(store, server):
    with store.writing() as session:
        session.get_one(ServerRow, server).phone = "2"
        seal(session, "server.set")
        entry = session.get_one(EntryRow, 2)
        head = EntryHead(
            2, entry.recorded_at, entry.effective_on, entry.actor, entry.kind, None, entry.previous
        )
        assert entry.digest == entry_digest(head, [EventLine(*line) for line in lines_of(session, 2)])
        assert next_entry(session) == (3, entry.digest)


def test_the_next_entry_of_an_empty_history_is_the_first_on_zeros(store):
    with store.reading() as session:
        assert next_entry(session) == (1, "0" * 64)


def test_many_lines_are_written_while_they_come(store, server, monkeypatch):
    """A million lines must not be held in memory: each batch is in the table before the next is asked for."""
    count = 2 * BATCH + 1
    seen = []

    def more():
        for number in range(1, count + 1):
            if number in (BATCH + 1, 2 * BATCH + 1):
                seen.append(session.scalar(select(func.count()).select_from(EventLineRow)) - 1)
            yield "license", number, f"DC01/3/{number}", "LicenseStatus", "1", "2"

    with store.writing() as session:
        assert seal(session, "import", bulk_lines=more()) == 2
        assert len(lines_of(session, 2)) == count
    assert seen == [BATCH, 2 * BATCH]


def test_two_stores_take_turns_and_count_on(store, server, database, clock):
    from tslic_admin.db.store import Store

    other = Store(database, actor="other@box", now=clock)
    with other.writing() as session:
        session.add(new_server("DC02"))
        assert seal(session, "server.add") == 2
    other.close()
    with store.writing() as session:
        session.add(new_server("DC03"))
        assert seal(session, "server.add") == 3
