"""`due`: what it lists, and its exit code."""

from __future__ import annotations


def test_nothing_due_is_exit_0(stocked):
    result = stocked("due")
    assert (result.code, result.out) == (0, "Nothing is due.\n")
    assert stocked.json("due") == []


def test_anything_due_is_exit_1_with_one_json_document_all_the_same(collected):
    result = collected("--json", "due", "--within", "28")
    assert result.code == 1
    assert result.json == [
        {
            "kind": "request",
            "date": "2026-03-30",
            "subject": "Reissue 1",
            "text": "Call before 2026-03-30: reissue 1, 2 licenses collected on DC01",
        },
        {
            "kind": "temporary",
            "date": "2026-03-30",
            "subject": "NEW",
            "text": "NEW waits for reissue 1; its temporary license ends on 2026-03-30",
        },
    ]
    assert collected("due", "--within", "27").code == 0


def test_the_days_ahead_are_counted_from_the_day_asked_about(collected):
    result = collected("due", "--on", "2026-03-16")
    assert result.code == 1
    headings, _, *lines = result.out.splitlines()
    assert headings.split() == ["Date", "What", "Due"]
    assert lines[1].startswith("2026-03-30  Temporary license  NEW waits")
    assert collected("due", "--on", "2026-03-15").code == 0


def test_due_is_exported_in_machine_form_and_as_the_screen_shows_it(collected):
    machine = collected("export", "due", "--to", "-").out.splitlines()
    assert machine[0] == "kind,date,subject,text"
    assert machine[1].startswith("request,2026-03-30,Reissue 1,")
    assert len(machine) == 3
    readable = collected("export", "due", "--to", "-", "--readable").out.splitlines()
    assert readable[0].removeprefix("\ufeff") == "Date,What,Subject,Due,Server"
    assert readable[2].startswith("2026-03-30,Temporary license,NEW,")
    as_json = collected("export", "due", "--to", "-", "--format", "json")
    assert as_json.json[1]["kind"] == "temporary"
    until = collected("export", "due", "--to", "-", "--until", "2026-03-29").out
    assert until.splitlines() == ["kind,date,subject,text"]
    elsewhere = collected("servers", "add", "DC02")
    assert elsewhere.code == 0
    assert len(collected("export", "due", "--to", "-", "--server", "DC02").out.splitlines()) == 1
