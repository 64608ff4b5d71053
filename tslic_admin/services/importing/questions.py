"""Handles the matches of an import: accepts sure ones, asks the user about ambiguous ones, and applies the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from tslic_admin.domain.records.matching import Match
from tslic_admin.services.importing.comparison import Counts
from tslic_admin.services.importing.results import LinkQuestion

T = TypeVar("T")


class MatchResults(Protocol):
    """The part of a list's result that counts matches and contains questions."""

    @property
    def counts(self) -> Counts: ...
    @property
    def questions(self) -> list[LinkQuestion]: ...


class MatchResolver:
    """Resolves the matches of one kind of record (LinkQuestion.kind).

    `answers`: by LinkQuestion.key. `once`: a record is the answer to one question only. `most_questions`: how many
    are asked at most.
    """

    def __init__(
        self,
        kind: str,
        answers: Mapping[tuple[str, str], int],
        *,
        once: bool = True,
        most_questions: int | None = None,
    ) -> None:
        self._kind, self._answers, self._once = kind, answers, once
        self._questions_left = most_questions
        self._taken: set[int] = set()
        self._open: list[tuple[Counts, int | None, set[int]]] = []

    def resolve(
        self,
        match: Match[T],
        listed: str,
        describe: Callable[[T], tuple[int, str]],
        results: MatchResults,
        *,
        counted: bool = True,
    ) -> T | None:
        """Return the recorded thing that a listed one matches, and count it as linked; None if it matches none, or several.

        `listed`: the reference of the listed thing. `describe`: the number and the name of a candidate. `counted`:
        whether a doubt counts as ambiguous.
        """
        record = match.sure
        if record is None and match.candidates:
            names = dict(map(describe, match.candidates))
            question = LinkQuestion(self._kind, listed, tuple(names.items()))
            self._ask(question, results)
            answer = self._answers.get(question.key)
            if answer in names and answer not in self._taken:
                record = match.candidates[list(names).index(answer)]
                if self._once:
                    self._taken.add(answer)
            elif answer != 0 and counted:
                self._open.append((results.counts, answer, set(names)))
        results.counts.linked += record is not None
        return record

    def count_ambiguous(self) -> None:
        """Count the questions without an answer. Call this after the last match was resolved.

        A question is settled if all its candidates were answers to others; a candidate answered twice is not.
        """
        for counts, answer, numbers in self._open:
            counts.ambiguous += answer is not None or not numbers <= self._taken
        self._open.clear()

    def _ask(self, question: LinkQuestion, results: MatchResults) -> None:
        if self._questions_left is not None:
            if self._questions_left == 0:
                return
            self._questions_left -= 1
        results.questions.append(question)
