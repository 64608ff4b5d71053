"""Questions about ambiguous matches, and their answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tslic_admin.domain.records.matching import Match
from tslic_admin.services.importing.comparison import Counts
from tslic_admin.services.importing.questions import MatchResolver
from tslic_admin.services.importing.results import LinkQuestion


@dataclass
class Results:
    counts: Counts = field(default_factory=Counts)
    questions: list[LinkQuestion] = field(default_factory=list)

    def resolve(self, resolver: MatchResolver, match: Match[int], listed: str, **more: bool) -> int | None:
        return resolver.resolve(match, listed, lambda number: (number, f"#{number}"), self, **more)

    @property
    def totals(self) -> tuple[int, int]:
        return self.counts.linked, self.counts.ambiguous


@pytest.fixture
def results() -> Results:
    return Results()


def resolver(answers: dict[str, int], **more) -> MatchResolver:
    return MatchResolver("pack", {("pack", listed): number for listed, number in answers.items()}, **more)


DOUBT = Match((1, 2))


def test_a_sure_match_is_linked_without_a_question(results):
    assert results.resolve(resolver({"A": 2}), Match((1,), 1), "A") == 1
    assert (results.totals, results.questions) == ((1, 0), [])


def test_no_candidate_is_neither_linked_nor_ambiguous(results):
    one = resolver({"A": 2})
    assert results.resolve(one, Match(), "A") is None
    one.count_ambiguous()
    assert (results.totals, results.questions) == ((0, 0), [])


@pytest.mark.parametrize(
    ("answer", "record", "totals"), [(2, 2, (1, 0)), (0, None, (0, 0)), (9, None, (0, 1))]
)
def test_an_answer_is_one_of_the_candidates_or_none_of_them(results, answer, record, totals):
    one = resolver({"A": answer})
    assert results.resolve(one, DOUBT, "A") == record
    one.count_ambiguous()
    assert results.totals == totals
    assert results.questions == [LinkQuestion("pack", "A", ((1, "#1"), (2, "#2")))]


def test_a_question_whose_candidates_were_all_answers_to_others_is_settled(results):
    one = resolver({"A": 1, "B": 2})
    assert [results.resolve(one, DOUBT, listed) for listed in ("C", "A", "B")] == [None, 1, 2]
    one.count_ambiguous()
    assert results.totals == (2, 0)


@pytest.mark.parametrize(("once", "records", "totals"), [(True, [1, None], (1, 1)), (False, [1, 1], (2, 0))])
def test_only_evidence_of_one_license_may_be_several(results, once, records, totals):
    one = resolver({"A": 1, "B": 1}, once=once)
    assert [results.resolve(one, DOUBT, listed) for listed in ("A", "B")] == records
    one.count_ambiguous()
    assert results.totals == totals


def test_a_doubt_about_recorded_evidence_is_not_counted_again(results):
    one = resolver({})
    assert results.resolve(one, DOUBT, "A", counted=False) is None
    one.count_ambiguous()
    assert results.totals == (0, 0)
    assert len(results.questions) == 1


def test_what_is_beyond_the_last_question_can_still_be_answered(results):
    one = resolver({"B": 2}, most_questions=1)
    assert [results.resolve(one, DOUBT, listed) for listed in ("A", "B", "C")] == [None, 2, None]
    one.count_ambiguous()
    assert [question.listed for question in results.questions] == ["A"]
    assert results.totals == (1, 2)
