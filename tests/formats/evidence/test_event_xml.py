"""Exported events of a license server: positional parameters, safe reading."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import EvidenceRecord, RefusedRow

PROVIDER = "Microsoft-Windows-TerminalServices-Licensing"
XMLNS = "http://schemas.microsoft.com/win/2004/08/events/event"
TIME = "2026-03-02T12:34:56.1234567Z"
AT = datetime(2026, 3, 2, 12, 34, 56, 123456, tzinfo=UTC)
UPGRADED = ("TS Per Device CAL", "5.0", "PC1", "RDS Per Device CAL", "6.2")


def event(
    number: object, *parameters: str, record: object = 7, provider: str = PROVIDER, user_data: bool = False
) -> str:
    data = "".join(f"<Data>{escape(one)}</Data>" for one in parameters)
    data_element = f"<EventData>{data}</EventData>"
    if user_data:
        data_element = "".join(f"<param{n}>{escape(one)}</param{n}>" for n, one in enumerate(parameters, 1))
        data_element = f"<UserData><EventXML xmlns='Event_NS'>{data_element}</EventXML></UserData>"
    return (
        f"<Event xmlns='{XMLNS}'><System><Provider Name={quoteattr(provider)} Guid='{{x}}'/>"
        f"<EventID Qualifiers='16384'>{number}</EventID><Version>0</Version><TimeCreated SystemTime='{TIME}'/>"
        f"<EventRecordID>{record}</EventRecordID><Channel>System</Channel><Computer>DC01.corp.example</Computer>"
        f"<Security/></System>{data_element}<RenderingInfo Culture='en-US'><Message>text</Message></RenderingInfo></Event>"
    )


def records(text: str) -> list:
    content = read(text.encode())
    assert content.format == "event-xml"
    assert (content.date_order, content.taken_at, dict(content.summaries)) == (None, None, {})
    return list(content)


HEAD = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'


@pytest.mark.parametrize(
    "text",
    [
        event(82, *UPGRADED),
        HEAD + "<Events>" + event(82, *UPGRADED) + "</Events>",
        "\ufeff\n" + HEAD + "<Events>\n" + event(82, *UPGRADED, user_data=True) + "\n</Events>\n",
        event(82, *UPGRADED)
        .replace("<", "<e:")
        .replace("<e:/", "</e:")
        .replace("e:Event xmlns=", "e:Event xmlns:e="),
    ],
)
def test_an_upgrade_is_of_the_computer_and_of_the_new_version(text):
    (record,) = records(text)
    assert (record.kind, record.server, record.computer) == ("event", "DC01.corp.example", "PC1")
    assert (record.product_version, record.product_version_id, record.product_type) == ("6.2", 4, 0)
    assert (record.happened_at, record.issued_at, record.key) == (AT, None, ("7", "82", TIME))
    assert dict(record.facts) == {
        "EventID": "82",
        "EventRecordID": "7",
        "TimeCreated": TIME,
        "Computer": "DC01.corp.example",
        **{f"param{n}": one for n, one in enumerate(UPGRADED, 1)},
    }


def test_a_utf_16_file_is_read_whatever_its_declaration_says():
    text = HEAD.replace("utf-8", "utf-16") + "<Events>" + event(82, *UPGRADED) + "</Events>"
    (record,) = read(text.encode("utf-16"))
    assert record.computer == "PC1"


def test_a_revocation_and_an_upgrade_of_a_user():
    revoked, upgraded = records(
        event(80, "Windows Server 2019", "PC1")
        + event(4144, "RDS CAL", "Windows Server 2016", "ann", "CORP", record=8)
    )
    assert (revoked.computer, revoked.product_version_id, revoked.product_type) == ("PC1", 6, 0)
    assert (upgraded.user, upgraded.product_version_id, upgraded.product_type) == ("CORP\\ann", 5, 1)


def test_a_user_that_has_its_domain_before_it_keeps_it():
    (record,) = records(event(4144, "a", "b", "CORP\\ann", "CORP"))
    assert record.user == "CORP\\ann"


@pytest.mark.parametrize("number", [89, 91, 92])
def test_moved_packs_are_evidence_of_no_computer(number):
    (record,) = records(event(number, "OLD01"))
    assert (record.computer, record.user, record.product_type) == (None, None, None)
    assert dict(record.facts)["param1"] == "OLD01"


def test_an_event_without_parameters():
    (record,) = records(event(93))
    assert record.happened_at == AT


def test_other_events_and_other_providers_say_nothing():
    assert (
        records(
            "<Events>" + event(21, "x") + event(82, *UPGRADED, provider="Other") + event("x") + "</Events>"
        )
        == []
    )


def test_an_event_that_lacks_what_it_is_known_by_or_its_parameters_is_refused():
    found = records(
        event(82, *UPGRADED, record="") + "\n" + event(80, "x") + "\n" + event(80, "x", "a\x85b\u2028")
    )
    assert [(one.line, one.code, one.value) for one in found[:2]] == [
        (1, "event-record-id-missing", "82"),
        (2, "event-parameters", "80"),
    ]
    assert found[2].computer == "a b"


def test_a_time_of_nanoseconds_is_read_to_the_microsecond():
    (record,) = records(event(93).replace(TIME, "2026-03-02T12:34:56.123456789Z"))
    assert record.happened_at == AT


def test_a_time_that_is_none_is_refused():
    (refused,) = records(event(93).replace(TIME, "yesterday"))
    assert refused.code == "date-malformed"


BOMB = '<!DOCTYPE Events [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE Events [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, "<!DOCTYPE Events>", "<!doctype Events>"])
def test_a_document_type_is_refused_and_nothing_of_it_expanded(doctype):
    for text in (doctype + "<Events>&b;</Events>", f"{HEAD}\n{doctype}\n<Events>{event(93)}</Events>"):
        with pytest.raises(RuleViolation) as refusal:
            read(text.encode())
        assert refusal.value.code == "xml-doctype"


def test_a_document_type_far_from_the_beginning_is_no_way_in():
    text = "<Events>" + " " * 2_000_000 + BOMB + "</Events>"
    with pytest.raises(RuleViolation) as refusal:
        read(text.encode())
    assert refusal.value.code in ("xml-doctype", "xml-malformed")


@pytest.mark.parametrize(
    "text",
    [
        "<Events>",
        "<Events></Event>",
        "<Events>&unknown;</Events>",
        event(93)[:-1],
        "<Events>" + event(93) + HEAD,
        "<Event " + "x" * 10_000_000,
        "<Events/></all>",
    ],
)
def test_what_is_no_xml_is_said(text):
    with pytest.raises(RuleViolation) as refusal:
        read(text.encode())
    assert refusal.value.code == "xml-malformed"
    assert refusal.value.facts["line"] >= 1


@pytest.mark.parametrize(
    "text", ["<html><Eventful/></html>", "x <Event/>", "<?xml version='1.0'?><other/>", "<"]
)
def test_other_xml_is_not_recognised(text):
    with pytest.raises(RuleViolation, match="file-not-recognised"):
        read(text.encode())


def test_binary_is_not_recognised():
    with pytest.raises(RuleViolation, match="format-does-not-fit"):
        read(b"\0" * 100, format="event-xml")


def test_deep_and_long_things_pass_by():
    deep = "<a>" * 5000 + "</a>" * 5000
    long = "<Data>" + "x" * 3_000_000 + "</Data>"
    many = "<Data>1</Data>" * 1000
    text = f"<Events>{deep}{event(80, 'p', 'PC1').replace('</EventData>', deep + long + many + '</EventData>')}</Events>"
    (record,) = records(text)
    assert record.computer == "PC1"
    assert len(record.facts) <= 70
    assert max(len(value) for _, value in record.facts) <= 4096


PARAMETER = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=10)


@given(
    st.lists(st.tuples(PARAMETER, PARAMETER, st.integers(1, 1 << 40)), max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_what_was_written_comes_back(revoked, as_list, user_data):
    text = "\n".join(
        event(80, one, other, record=number, user_data=user_data) for one, other, number in revoked
    )
    text = f"<Events>{text}</Events>" if as_list or not revoked else text
    found = records(text)
    assert [(one.product_version, one.computer, one.key[0]) for one in found] == [
        (one, other, str(number)) for one, other, number in revoked
    ]


SEED = (HEAD + "<Events>" + event(82, *UPGRADED) + event(80, "x", "y") + "</Events>").encode()
SCRAPS = st.sampled_from(
    [b"<", b">", b"&", b"<!DOCTYPE a>", b"<!--", b"<![CDATA[", b"'", b"\0", b"</Event>", b"\xff", b"&#0;"]
)


@given(st.data())
@settings(max_examples=150)
def test_a_mutated_file_ends_in_records_refused_rows_or_a_refusal(data):
    changed = SEED
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        changed = (
            changed[:at]
            + data.draw(SCRAPS | st.binary(max_size=3))
            + changed[at + data.draw(st.integers(0, 9)) :]
        )
    try:
        found = list(read(changed, format=data.draw(st.sampled_from(["auto", "event-xml"]))))
    except RuleViolation:
        return
    assert all(isinstance(one, EvidenceRecord | RefusedRow) for one in found)
