"""A bug is reported so that it can be found, and so that nobody's names or codes are in it."""

from __future__ import annotations

import faulthandler
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tslic_admin import crash
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.paths import Paths

CODE = "ABCDE-FGH12-JKLMN-PQRST-UVWXY-Z2345-67890"


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that `install` changes in the process is put back."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(faulthandler, "enable", lambda *_, **__: None)
    yield
    root = logging.getLogger()
    for handler in [h for h in root.handlers if h.get_name() == crash.HANDLER]:
        root.removeHandler(handler)
        handler.close()


def raised(error: BaseException) -> BaseException:
    try:
        raise error  # noqa: TRY301 - the traceback is what is wanted
    except BaseException as caught:
        return caught


def test_versions_and_places_are_in_a_report() -> None:
    text = crash.report(raised(ValueError("no")))
    assert re.search(r"^tslic-admin \S+$", text, re.MULTILINE)
    assert re.search(r"^Python 3\.\d+\.\d+, PySide6-Essentials 6\.", text, re.MULTILINE)
    assert re.search(r"^SQLite 3\.\d+.*, schema \d{4}$", text, re.MULTILINE)
    assert re.search(r"^  test_crash\.py:\d+ in raised$", text, re.MULTILINE)
    assert text.endswith("ValueError: no")


def test_our_own_errors_say_their_code_and_not_their_facts() -> None:
    text = crash.report(raised(RuleViolation("transfer-twice", computer="PC-MARY")))
    assert text.endswith("RuleViolation: transfer-twice")
    assert "MARY" not in text


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("invalid literal for int(): 'secret'", "invalid literal for int(): '…'"),
        ("can't open 'secret'", "can't open '…'"),
        ("'O'Brien's secret' is not in list", "'…' is not in list"),
        ("unclosed 'secret", "unclosed '…'"),
        ('no column "secret" in table "secret" here', "no column '…' in table '…' here"),
        ("no file /home/secret/x.csv", "no file …"),
        (r"no file C:\Users\secret\x.csv", "no file …"),
        (r"no user CORP\secret", "no user …"),
        ("no user secret@example.org", "no user …"),
        (f"bad code {CODE} here", "bad code … here"),
        (f"bad code {CODE.replace('-', ' ')}", "bad code …"),
        (f"bad code {CODE.replace('-', '')}", "bad code …"),
        ("bad number 12345678", "bad number …"),
        ("bad product 00252-20000-35572-AT477", "bad product …"),
        ("bad authorization 12345ABCDEZZE00", "bad authorization …"),
        ("UNIQUE constraint failed: key_packs.code", "UNIQUE constraint failed: key_packs.code"),
        ("failed\n[SQL: INSERT secret]", "failed"),
        ("failed [parameters: (1, secret)]", "failed"),
        ("list index out of range", "list index out of range"),
    ],
)
def test_what_a_message_keeps(message, expected) -> None:
    text = crash.masked(message)
    assert "secret" not in text
    assert text == expected or re.sub("'…'.*'…'", "'…'", expected) == text


GROUPS = st.lists(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=5, max_size=5), min_size=7, max_size=7)


@given(
    GROUPS, st.sampled_from(["-", " ", "", " - "]), st.sampled_from(["bad {}", "{}: no", "a {} b", "x='{}'"])
)
def test_no_code_passes_in_any_spacing(groups, spacing, sentence) -> None:
    text = crash.masked(sentence.format(spacing.join(groups)))
    assert not any(group in text for group in groups)


@given(st.text())
def test_any_message_is_masked_without_an_error(message) -> None:
    assert "\n" not in crash.masked(message)


@given(st.text(min_size=1))
def test_a_value_that_python_quotes_is_never_kept(value) -> None:
    marked = f"QZ{value}QZ"
    assert "QZ" not in crash.masked(f"not found: {marked!r}")


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        ("/home/mary/tslic/tslic_admin/services/lookup.py", "tslic_admin/services/lookup.py"),
        ("/home/tslic_admin/x/tslic_admin/app.py", "tslic_admin/app.py"),
        (r"C:\Users\mary\Lib\site-packages\sqlalchemy\engine\base.py", "sqlalchemy/engine/base.py"),
        ("/usr/lib/python3.11/json/decoder.py", "python3.11/json/decoder.py"),
        ("/home/mary/mine.py", "mine.py"),
        ("<string>", "<string>"),
    ],
)
def test_a_file_is_named_from_its_package_on(file, seen) -> None:
    assert crash.package_file(file) == seen


def test_what_led_to_it_comes_first() -> None:
    try:
        try:
            raise KeyError("inner")  # noqa: TRY301 - the chain is what is tested
        except KeyError as inner:
            raise RuntimeError("outer") from inner
    except RuntimeError as error:
        text = crash.report(error)
    assert text.index("KeyError") < text.index("which led to:") < text.index("RuntimeError: outer")


def test_a_hidden_context_stays_hidden() -> None:
    try:
        try:
            raise KeyError("inner")  # noqa: TRY301 - the chain is what is tested
        except KeyError:
            raise RuntimeError("outer") from None
    except RuntimeError as error:
        text = crash.report(error)
    assert "KeyError" not in text


def test_errors_in_a_ring_end() -> None:
    first, second = ValueError("one"), ValueError("two")
    first.__cause__, second.__cause__ = second, first
    assert crash.report(first).count("ValueError") == 2


def test_groups_show_their_parts() -> None:
    text = crash.report(ExceptionGroup("two", [ValueError("a"), KeyError("b")]))
    assert "  | ValueError: a" in text
    assert "  | KeyError: '…'" in text


def test_a_message_that_cannot_be_made_does_not_lose_the_report() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise ZeroDivisionError

    assert crash.report(Odd()).splitlines()[-1].endswith("Odd")


def test_a_bug_is_logged_and_handed_on(hooks, tmp_path) -> None:
    reports: list[str] = []
    path = crash.install(tmp_path / "logs", reports.append)
    error = raised(ValueError("no"))
    sys.excepthook(type(error), error, error.__traceback__)
    assert reports == [crash.report(error)]
    assert path == tmp_path / "logs" / crash.LOG
    assert "ValueError: no" in path.read_text(encoding="utf-8")


def test_a_bug_of_a_thread_is_handed_on(hooks, tmp_path) -> None:
    reports: list[str] = []
    crash.install(tmp_path, reports.append)
    for error in (ValueError("thread"), SystemExit(1)):
        threading.excepthook(threading.ExceptHookArgs((type(error), error, None, None)))
    (text,) = reports
    assert text.endswith("ValueError: thread")


def test_ctrl_c_is_no_bug(hooks, tmp_path, capsys) -> None:
    reports: list[str] = []
    crash.install(tmp_path, reports.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not reports


def test_without_a_window_the_report_goes_to_standard_error(hooks, tmp_path, capsys) -> None:
    crash.install(tmp_path)
    sys.excepthook(ValueError, ValueError("no"), None)
    output = capsys.readouterr().err
    assert "ValueError: no" in output
    assert output.endswith(f"Log: {tmp_path / crash.LOG}\n")


def test_a_program_without_standard_error_reports_all_the_same(hooks, tmp_path, monkeypatch) -> None:
    crash.install(tmp_path)
    monkeypatch.setattr(sys, "stderr", None)
    sys.excepthook(ValueError, ValueError("no"), None)
    assert "ValueError: no" in (tmp_path / crash.LOG).read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_costs_only_the_log(hooks, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    reports: list[str] = []
    crash.install(tmp_path / "file" / "logs", reports.append)
    sys.excepthook(ValueError, ValueError("no"), None)
    assert len(reports) == 1


def test_warnings_are_logged_masked(hooks, tmp_path) -> None:
    crash.install(tmp_path)
    log = logging.getLogger("qt")
    log.warning("cannot read '%s'", "secret")
    log.info("not this")
    try:
        raise ValueError("of 'secret'")  # noqa: TRY301 - its traceback is logged
    except ValueError:
        log.exception("while reading %s", "/home/secret")
    text = (tmp_path / crash.LOG).read_text(encoding="utf-8")
    assert "WARNING qt: cannot read '…'" in text
    assert "ValueError: of '…'" in text
    assert "secret" not in text
    assert "not this" not in text


def test_the_last_installation_counts(hooks, tmp_path) -> None:
    crash.install(tmp_path / "one")
    crash.install(tmp_path / "two")
    logging.getLogger("qt").warning("here")
    assert not (tmp_path / "one" / crash.LOG).exists()
    assert (tmp_path / "two" / crash.LOG).exists()


def test_the_console_is_told_where_the_log_is(hooks, tmp_path) -> None:
    text = crash.report(raised(ValueError("no")), Paths.under(tmp_path))
    log = tmp_path / "logs" / crash.LOG
    assert text.endswith(f"Log: {log}")
    assert "ValueError: no" in log.read_text(encoding="utf-8")


def test_the_console_is_told_where_there_is_none(hooks, tmp_path) -> None:
    (tmp_path / "logs").write_text("")
    assert "Log: none" in crash.report(raised(ValueError("no")), Paths.under(tmp_path))


def test_a_fault_of_the_interpreter_is_in_the_log_folder(tmp_path) -> None:
    (tmp_path / crash.FAULTS).write_text("old\n" * crash.LOG_BYTES)
    code = (
        "import faulthandler, pathlib, sys; from tslic_admin import crash; "
        "crash.install(pathlib.Path(sys.argv[1])); faulthandler._sigabrt()"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, capture_output=True)
    assert run.returncode != 0
    text = (tmp_path / crash.FAULTS).read_text()
    assert text.startswith("Fatal Python error: Aborted")
