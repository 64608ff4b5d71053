"""No test measures time or waits for a short time only: it would fail on a busy machine."""

from __future__ import annotations

import re
from inspect import signature
from pathlib import Path

from conftest import WAIT_MS
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).resolve().parents[1]
FILES = {
    path.relative_to(TESTS).as_posix(): path.read_text(encoding="utf-8")
    for path in TESTS.rglob("*.py")
    if "benchmarks" not in path.parts and path != Path(__file__).resolve()
}
# Each exception with its reason.
CLOCKS = {"db/test_journal.py": "a lower bound: a busy machine takes longer, not less"}
SHORT_WAITS = {
    "db/test_journal.py": "SQLite gives up on a lock that is held throughout",
    "db/test_store.py": "the same, and a thread that must still be alive after the wait",
}


def files_with(pattern: str) -> set[str]:
    return {name for name, text in FILES.items() if re.search(pattern, text)}


def test_the_profile_has_no_deadline():
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


def test_no_test_changes_the_profile_s_deadline_or_health_checks():
    assert files_with(r"deadline|suppress_health_check|\w+_profile\(") == {"conftest.py"}


def test_no_test_reads_a_clock_that_measures():
    assert files_with(r"perf_counter|process_time|monotonic|thread_time|\btime\.time\(") == CLOCKS.keys()


def test_no_wait_ends_soon(qtbot):
    """`HANG` is the limit for programs and threads, the robot's own for the window: a number would be a shorter one."""
    assert files_with(r"timeout=\d|\.(wait|join|communicate)\([\d.]|qtbot\.wait\(") == SHORT_WAITS.keys()
    for wait in (qtbot.waitSignal, qtbot.waitUntil):
        assert signature(wait).parameters["timeout"].default == WAIT_MS
