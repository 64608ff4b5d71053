"""What Qt needs of a bare Linux is found by asking the loader, and installed or said."""

from __future__ import annotations

import subprocess
import sys

import pytest
import system_libraries as system

REASON = "Qt needs a library"


def test_a_headless_run_needs_no_screen_library() -> None:
    missing = system.missing_libraries(screen=False, platform="linux", loads=lambda _: False)
    assert missing == system.OFFSCREEN


def test_a_screen_needs_both_sets() -> None:
    missing = system.missing_libraries(screen=True, platform="linux", loads=lambda _: False)
    assert missing == system.OFFSCREEN | system.SCREEN
    assert missing["libxcb-cursor.so.0"] == "libxcb-cursor0"


def test_only_what_the_loader_does_not_find_is_missing() -> None:
    missing = system.missing_libraries(
        screen=True, platform="linux", loads=lambda name: name != "libEGL.so.1"
    )
    assert missing == {"libEGL.so.1": "libegl1"}


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_bring_what_qt_needs(platform) -> None:
    assert system.missing_libraries(screen=True, platform=platform, loads=lambda _: False) == {}


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks the dynamic loader for libc.so.6, which only Linux has"
)
def test_the_loader_is_really_asked() -> None:
    assert system.loads("libc.so.6")
    assert not system.loads("libtslic-of-nobody.so.1")


@pytest.mark.parametrize(
    ("environment", "screen"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_a_screen_is_wanted_where_the_window_would_open_on_one(environment, screen) -> None:
    assert system.wants_screen(environment) is screen


def test_without_root_the_exact_command_is_said() -> None:
    with pytest.raises(system.MissingSystemPackages) as said:
        system.provide(["libgl1", "libegl1", "libgl1"], REASON, root=False, apt="/usr/bin/apt-get", run=None)
    assert f"{REASON}. Install it with:" in str(said.value)
    assert "\n    sudo apt-get install -y --no-install-recommends libegl1 libgl1\n" in str(said.value)


def test_root_installs(capsys) -> None:
    calls: list[list[str]] = []
    system.provide(
        ["libgl1"],
        REASON,
        root=True,
        apt="/usr/bin/apt-get",
        run=lambda command, _: calls.append(command),
    )
    assert [command[0] for command in calls] == ["/usr/bin/apt-get", "/usr/bin/apt-get"]
    assert calls[0][-1] == "update"
    assert "install" in calls[1]
    assert calls[1][-1] == "libgl1"
    assert REASON in capsys.readouterr().err


def fail(command: list[str], _: object) -> None:
    raise subprocess.CalledProcessError(100, command, "E: no such package")


def failing_update(command: list[str], env: object) -> None:
    if "update" in command:
        fail(command, env)


def test_an_update_that_fails_is_not_the_end() -> None:
    system.provide(
        ["libgl1"],
        REASON,
        root=True,
        apt="apt-get",
        run=failing_update,
    )


def test_an_installation_that_fails_is_said() -> None:
    with pytest.raises(system.MissingSystemPackages, match="this failed"):
        system.provide(["libgl1"], REASON, root=True, apt="apt-get", run=fail)


def test_without_apt_the_packages_are_named() -> None:
    with pytest.raises(system.MissingSystemPackages, match="what Debian calls: libgl1"):
        system.provide(["libgl1"], REASON, root=True, apt=None)


def test_this_python_has_venv() -> None:
    assert system.venv_package() is None


def test_debians_python_misses_ensurepip(monkeypatch) -> None:
    monkeypatch.setattr(
        system.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object()
    )
    assert system.venv_package("/usr/bin/python3") == "python3-venv"
    assert system.venv_package("/opt/other/python3.12", (3, 12)) == "python3.12-venv"


def test_a_step_that_works_prints_nothing_and_one_that_fails_keeps_its_words(capfd) -> None:
    system.run_quietly([sys.executable, "-c", "print('WARNING: ignored')"])
    assert capfd.readouterr() == ("", "")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        system.run_quietly([sys.executable, "-c", "print('ERROR: why'); raise SystemExit(1)"])
    assert failed.value.output == "ERROR: why\n"
    assert capfd.readouterr() == ("", "")
