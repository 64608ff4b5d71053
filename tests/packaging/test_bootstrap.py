"""The two commands: what they pass on, and what a later start does again."""

from __future__ import annotations

import subprocess
import sys

import bootstrap
import pytest
import system_libraries
from system_libraries import MissingSystemPackages

FIRST = ["venv", "requirements-run.txt", "project", "resources"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that would have been started, with everything prepared."""
    programs: list[list[str]] = []

    def execv(_: str, command: list[str]) -> None:
        programs.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(bootstrap, "prepare", lambda _: None)
    monkeypatch.setattr(bootstrap.os, "execv", execv)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, **_: programs.append(command) or 0)
    return programs


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (["run"], []),
        (["run", "--demo"], ["--demo"]),
        (["run", "--", "--version"], ["--version"]),
        (["run", "--", "--data-dir", "a b", "--", "x"], ["--data-dir", "a b", "--", "x"]),
        (["run", "--demo", "--", "--self-test"], ["--demo", "--self-test"]),
    ],
)
def test_run_passes_on_what_follows(given, passed, started) -> None:
    with pytest.raises(SystemExit):
        bootstrap.main(given)
    (command,) = started
    assert command[command.index("-m") + 1] == "tslic_admin"
    assert command[command.index("-m") + 2 :] == passed


def test_run_ignores_a_package_in_the_users_folder(started) -> None:
    with pytest.raises(SystemExit):
        bootstrap.main(["run"])
    assert "-P" in started[0]


def test_windows_waits_for_the_program(started, monkeypatch) -> None:
    monkeypatch.setattr(bootstrap.os, "execv", None)
    monkeypatch.setattr(bootstrap, "venv_python", lambda: "python.exe")
    monkeypatch.setattr(bootstrap.os, "name", "nt")
    code = bootstrap.run_program(["--version"])
    monkeypatch.undo()
    assert code == 0
    assert started == [["python.exe", "-P", "-m", "tslic_admin", "--version"]]


def test_test_runs_every_check_and_pytest_and_requires_coverage(started) -> None:
    assert bootstrap.main(["test"]) == 0
    said = [" ".join(command[1:]) for command in started]
    assert [line.split()[1] for line in said if line.startswith("-m")] == [
        *("ruff", "ruff", "mypy", "pytest", "coverage"),
    ]
    assert any("importlinter" in line for line in said)
    assert any("lock.py --check" in line for line in said)
    assert "--cov" in started[-2]
    assert "--fail-under=100" in started[-1]
    included = next(word for word in started[-1] if word.startswith("--include=")).removeprefix("--include=")
    for pattern in included.split(","):
        assert list(bootstrap.ROOT.glob(pattern)), pattern


def test_arguments_for_pytest_make_a_quick_run(started) -> None:
    bootstrap.main(["test", "--", "-k", "codes"])
    assert [command[1:] for command in started] == [["-m", "pytest", "-k", "codes"]]


def test_the_last_line_says_what_was_run_and_that_it_passed(started, capsys) -> None:
    bootstrap.main(["test"])
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(
        "-- All passed: ruff check, ruff format --check, mypy, lint-imports, lock --check, pytest, "
        "coverage of domain, formats, services, db; in "
    )


def test_the_last_line_names_what_failed(started, monkeypatch, capsys) -> None:
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, **_: int("mypy" in command))
    assert bootstrap.main(["lint"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("-- FAILED: mypy; of 5 checks, in ")


def test_the_tests_are_counted(tmp_path) -> None:
    report = tmp_path / "tests.xml"
    report.write_text('<testsuites><testsuite tests="12" skipped="2" failures="1" errors="0"/></testsuites>')
    assert bootstrap.count_tests(report) == "12 tests, 2 skipped, 1 failed"


@pytest.mark.parametrize("failing", ["ruff", "mypy", "importlinter", "lock.py", "pytest", "coverage"])
def test_one_failed_check_fails_the_run_and_stops_no_other(failing, started, monkeypatch) -> None:
    def call(command: list[str], **_: object) -> int:
        started.append(command)
        return 5 if failing in " ".join(command[1:]) else 0

    monkeypatch.setattr(bootstrap.subprocess, "call", call)
    assert bootstrap.main(["test"]) == 5
    assert len(started) == 7


@pytest.mark.parametrize("given", [[], ["walk"], ["run", "--version"], ["lint", "--", "x"]])
def test_what_is_not_understood_is_usage(given, started, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        bootstrap.main(given)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
    assert not started


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_another_python_goes_on_where_this_one_does_not_fit(version, started, monkeypatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", version)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name if name == "python3.12" else None)
    assert bootstrap.main(["run", "--", "--version"]) == 0
    assert started[-1][0] == "python3.12"
    assert started[-1][2:] == ["run", "--", "--version"]


def test_without_a_python_that_fits_it_says_which_do(monkeypatch, capsys) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().err == "tslic-admin needs Python 3.11 to 3.13; this is 3.9.2.\n"


def test_what_is_missing_is_said_in_one_go(monkeypatch, capsys) -> None:
    def prepare(_: str) -> None:
        raise MissingSystemPackages("Install it with: X")

    monkeypatch.setattr(bootstrap, "prepare", prepare)
    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().err == "Install it with: X\n"


def test_a_failed_step_is_named(monkeypatch, capsys) -> None:
    def prepare(_: str) -> None:
        raise subprocess.CalledProcessError(1, ["pip", "install"], "ERROR: no network\n")

    monkeypatch.setattr(bootstrap, "prepare", prepare)
    assert bootstrap.main(["test"]) == 1
    assert capsys.readouterr().err == "ERROR: no network\nThis failed: pip install\n"


def test_a_second_start_does_nothing(checkout) -> None:
    assert checkout.prepare("run") == FIRST
    assert checkout.prepare("run") == []


def test_testing_adds_its_tools_to_what_is_there(checkout) -> None:
    checkout.prepare("run")
    assert checkout.prepare("test") == ["requirements-test.txt"]
    assert checkout.prepare("lint") == []
    assert checkout.prepare("run") == []


def test_the_tools_bring_what_running_needs(checkout) -> None:
    assert "requirements-run.txt" not in checkout.prepare("test")
    assert checkout.prepare("run") == []


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("packaging/requirements-run.txt", FIRST),
        ("packaging/hatch_build.py", ["project"]),
        ("pyproject.toml", ["project"]),
        ("resources/icons/app.svg", ["resources"]),
        ("resources/help/new.md", ["resources"]),
        ("tslic_admin/tslic_admin.rcc", ["resources"]),
        ("resources/i18n/tslic_admin_de.qm", []),
        ("tslic_admin/app.py", []),
    ],
)
def test_a_change_repeats_what_depends_on_it(file, again, checkout) -> None:
    checkout.prepare("run")
    checkout.write(file, "changed")
    assert checkout.prepare("run") == again
    assert checkout.prepare("run") == []


def test_a_removed_resource_is_a_change(checkout) -> None:
    checkout.write("resources/icons/void.svg", "<svg/>")
    checkout.prepare("run")
    (checkout.root / "resources/icons/void.svg").unlink()
    assert checkout.prepare("run") == ["resources"]


def test_another_python_starts_afresh(checkout, monkeypatch) -> None:
    checkout.prepare("run")
    monkeypatch.setattr(bootstrap.sys, "version", "3.13.0 of tomorrow")
    assert checkout.prepare("run") == FIRST


def test_an_interrupted_start_goes_on(checkout, monkeypatch) -> None:
    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(bootstrap, "ensure_project", break_off)
        with pytest.raises(KeyboardInterrupt):
            checkout.prepare("run")
    assert checkout.prepare("run") == ["project", "resources"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"python": "other"}'])
def test_a_stamp_that_cannot_be_read_is_no_stamp(content, checkout) -> None:
    checkout.prepare("run")
    checkout.write(".venv/bootstrap.json", content)
    assert checkout.prepare("run") == FIRST


def test_the_interpreter_that_runs_this_is_supported() -> None:
    assert bootstrap.OLDEST <= sys.version_info[:2] <= bootstrap.NEWEST


@pytest.mark.parametrize("venv", [False, True])
def test_all_that_the_system_misses_is_asked_for_in_one_go(venv, monkeypatch) -> None:
    monkeypatch.setattr(system_libraries, "missing_libraries", lambda *, screen: {"libEGL.so.1": "libegl1"})
    monkeypatch.setattr(system_libraries, "venv_package", lambda: "python3-venv")
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    monkeypatch.setattr(system_libraries, "apt_get", lambda: "/usr/bin/apt-get")
    with pytest.raises(MissingSystemPackages) as said:
        bootstrap.ensure_system(screen=True, venv=venv)
    assert "libEGL.so.1" in str(said.value)
    command = str(said.value).splitlines()[2].strip()
    assert command == f"sudo {system_libraries.install_command(['libegl1', *['python3-venv'] * venv])}"


def test_a_system_that_has_everything_is_asked_for_nothing(monkeypatch) -> None:
    monkeypatch.setattr(system_libraries, "missing_libraries", lambda *, screen: {})
    monkeypatch.setattr(system_libraries, "provide", None)
    bootstrap.ensure_system(screen=True, venv=True)


def test_tests_need_no_screen(monkeypatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    asked: list[bool] = []
    monkeypatch.setattr(system_libraries, "missing_libraries", lambda *, screen: asked.append(screen) or {})
    for screen in (True, False):
        bootstrap.ensure_system(screen=screen, venv=False)
    assert asked == [True, False]
