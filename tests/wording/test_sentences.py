"""Every refusal, notice and trouble has its sentence, no sentence is left over, and each can be filled in."""

from __future__ import annotations

import string
from datetime import date

import pytest
from wording.raised import Site, constants, sites

from tslic_admin.domain.history.voids import Dependent
from tslic_admin.domain.licenses.clients import ClientSystem
from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.domain.records.reissues import RequestState
from tslic_admin.services.records.packs import REQUIRED, SERVER_FIELDS
from tslic_admin.wording import messages
from tslic_admin.wording.exporting.exports import EXPORT_REFUSALS
from tslic_admin.wording.exporting.printing import PRINT_REFUSALS
from tslic_admin.wording.history.verification import FINDINGS, HISTORY_REFUSALS
from tslic_admin.wording.importing.refusals import (
    FILE_REFUSALS,
    IMPORT_REFUSALS,
    IMPORT_ROW_REFUSALS,
    ROW_REFUSALS,
)
from tslic_admin.wording.messages import CONSOLE_REFUSALS, FILE_TROUBLE, STORE_TROUBLE
from tslic_admin.wording.rule_messages import NOTICES, RULE_REFUSALS

SENTENCES = {
    "RuleViolation": messages.ALL_REFUSALS,
    "NeedsReason": messages.ALL_REFUSALS,
    "Notice": NOTICES,
    "StoreTrouble": messages.ALL_TROUBLE,
    "Finding": FINDINGS,
    "StagedRefusal": messages.ALL_REFUSALS | messages.ALL_ROW_REFUSALS,
}
ALWAYS = {"StagedRefusal": {"value"}}  # a parameter of row_refusal_text
SITES = sites()
WHOSE = (None, "temporary", "A02-6.02-S", "LIC01", "2026-01-05T10:30:00Z", None)
# facts of the kinds that wording/messages.py turns into words; any other is shown as it is
FACTS = {
    "shape": "license-code",
    "client": ClientSystem.XP_HOME,
    "cal": 6,
    "host": 0,
    "status": 17,
    "state": RequestState.RECORDED,
    "total": 25,
    "program": "open",
    "entries": (Dependent(12, "transfer.mark", "2026-03-02", None),),
    "on": date(2026, 3, 2),
    "unread": RuleViolation("client-license-none"),
    "whose": WHOSE,
    "others": (WHOSE, ("PC2", None, None, None, "2026-01-05T10:30:00Z", "LIC01/3/17")),
}


REFUSES_ROWS = {
    f"services/importing/{module}.py"
    for module in ("evidence", "imports", "links", "lists", "results", "servers")
}


def kind_in_wording(site: Site) -> str:
    """An import turns what it raises inside into refused rows."""
    module = site.where.partition(":")[0]
    return "StagedRefusal" if module in REFUSES_ROWS else site.kind


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def example_facts(names: set[str]) -> dict[str, object]:
    return {name: FACTS.get(name, "X") for name in names}


def test_the_reading_of_the_sources_sees_them() -> None:
    assert {"RuleViolation", "NeedsReason", "Notice", "StoreTrouble", "StagedRefusal"} <= {
        s.kind for s in SITES
    }
    assert len(SITES) > 100
    assert {code for site in SITES for code in site.codes} >= {
        *(
            "transfer-temporary",
            "reissue-temporary",
            "role-unknown",
            "number-not-of-program",
            "reissue-already-here",
        )
    }


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.where)
def test_what_is_raised_or_said_has_a_sentence_and_brings_its_facts(site: Site) -> None:
    for code in site.codes:
        sentence = SENTENCES[kind_in_wording(site)][code]
        if site.facts is not None:
            missing = placeholders(sentence) - site.facts - ALWAYS.get(kind_in_wording(site), set())
            assert not missing, f"{code} wants {missing}"


@pytest.mark.parametrize("kind", ["RuleViolation", "Notice"])
def test_every_sentence_is_used(kind: str) -> None:
    raised = {code for site in SITES for code in site.codes}
    sentences = RULE_REFUSALS if kind == "RuleViolation" else NOTICES
    assert set(sentences) - raised == set()


def test_the_sentences_of_files_trouble_and_findings_are_used_too() -> None:
    """Their codes may come from a table or from SQL: it is enough that they stand somewhere in the sources."""
    raised = {code for site in SITES for code in site.codes}
    sources = "\n".join(constants())
    for sentences in (messages.ALL_REFUSALS, messages.ALL_ROW_REFUSALS, messages.ALL_TROUBLE, FINDINGS):
        assert [code for code in sentences if code not in raised and code not in sources] == []


def test_no_code_has_two_sentences() -> None:
    parts = (
        *(
            RULE_REFUSALS,
            FILE_REFUSALS,
            EXPORT_REFUSALS,
            PRINT_REFUSALS,
            IMPORT_REFUSALS,
            HISTORY_REFUSALS,
            CONSOLE_REFUSALS,
        ),
    )
    rows = (ROW_REFUSALS, IMPORT_ROW_REFUSALS)
    assert len(messages.ALL_REFUSALS) == sum(map(len, parts))
    assert len(messages.ALL_REFUSALS | messages.ALL_ROW_REFUSALS) == sum(map(len, parts + rows))
    assert len(messages.ALL_TROUBLE) == len(STORE_TROUBLE) + len(FILE_TROUBLE)


@pytest.mark.parametrize("code", messages.ALL_REFUSALS)
def test_a_refusal_reads_as_sentences(code: str) -> None:
    facts = example_facts(placeholders(messages.ALL_REFUSALS[code]) - {"field"})
    text = messages.refusal_text(RuleViolation(code, field="total", **facts))
    assert text[0].isupper() or text[0] in "“2"
    assert text.endswith(".")
    assert "None" not in text


@pytest.mark.parametrize("code", NOTICES)
def test_a_notice_reads_as_sentences(code: str) -> None:
    text = messages.notice_text(Notice(code, example_facts(placeholders(NOTICES[code]))))
    assert text.endswith(".")


@pytest.mark.parametrize("code", messages.ALL_TROUBLE)
def test_trouble_reads_as_sentences(code: str) -> None:
    assert messages.trouble_text(code, example_facts(placeholders(messages.ALL_TROUBLE[code]))).endswith(".")


@pytest.mark.parametrize("code", messages.ALL_ROW_REFUSALS)
def test_a_refused_row_reads_as_sentences(code: str) -> None:
    facts = example_facts(placeholders(messages.ALL_ROW_REFUSALS[code]) - {"value"})
    text = messages.row_refusal_text(code, "the cell", facts)
    assert text.endswith((".", "the cell"))


@pytest.mark.parametrize(
    ("violation", "text"),
    [
        (
            RuleViolation("code-length", field="code", shape="license-key-pack-id", length=35, got=34),
            "The license key pack ID has 35 characters; 34 were entered. Compare it with what was read out.",
        ),
        (
            RuleViolation("no-cal-needed", client=ClientSystem.XP_PROFESSIONAL, host=0),
            (
                "Windows XP Professional needs no CAL at Windows 2000 Server (KB 315262, KB 823313). Record the transfer"
                " anyway with a reason, or leave it."
            ),
        ),
        (
            RuleViolation("transfer-status-unclear", license="DC01/3/1", status=None),
            (
                "The status of DC01/3/1 is not known, not active. Record the transfer anyway with a reason, or import a"
                " newer list first."
            ),
        ),
        (
            RuleViolation("reissue-status-unclear", license="DC01/3/1", status=17),
            (
                "The status of DC01/3/1 is Unknown (17), not active. Collect it anyway with a reason, or import a newer"
                " list first."
            ),
        ),
        (
            RuleViolation("request-not-recorded", request=4, state=RequestState.OPEN),
            "Reissue request 4 is open; record the call first.",
        ),
        (
            RuleViolation("adopt-other-total", pack="DC01/8", request=4, total=None, got=2),
            "DC01/8 holds an unknown number of licenses, but 2 were granted. Check the Keypack ID and the quantity.",
        ),
        (
            RuleViolation("adopt-other-total", pack="DC01/8", request=4, total=4294967295, got=2),
            "DC01/8 holds Unlimited licenses, but 2 were granted. Check the Keypack ID and the quantity.",
        ),
        (
            RuleViolation("number-not-of-program", field="number", program="select"),
            "A pack of the program Select License carries no such number. Clear it, or choose another program.",
        ),
        (RuleViolation("field-missing", field="total"), "The number of licenses is missing. Fill it in."),
        (
            RuleViolation("server-says", field="keypack_id", pack="DC01/3"),
            "The Keypack ID of DC01/3 is what its server says. It changes with the next import, not by hand.",
        ),
    ],
)
def test_facts_are_said_in_words(violation: RuleViolation, text: str) -> None:
    assert messages.refusal_text(violation) == text


def test_a_field_is_named_within_a_sentence_too() -> None:
    text = messages.row_refusal_text("pack-by-hand-differs", "5", {"pack": "DC01/3", "field": "description"})
    assert (
        text
        == "DC01/3 was recorded by hand with another product code. Correct the record, or leave this row out."
    )


def test_every_field_that_is_said_has_a_name() -> None:
    assert set(messages.INPUT_LABELS) >= {
        "description",
        *REQUIRED,
        *SERVER_FIELDS,
        "transfer_policy",
        "server",
        "to",
    }


def test_a_servers_version_is_said_as_one_and_its_name_as_it_stands() -> None:
    older = messages.notice_text(Notice("server-older-than-cal", {"server": 2, "cal": 6}))
    assert older.startswith(
        "The license server is Windows Server 2008, older than these Windows Server 2019 licenses"
    )
    assert "DC01" in messages.row_refusal_text("server-other", "DC02", {"server": "DC01"})


def test_what_was_typed_stands_in_the_sentence_as_it_was_even_with_braces() -> None:
    assert "{0} {value}" in messages.refusal_text(RuleViolation("server-unknown", value="{0} {value}"))
