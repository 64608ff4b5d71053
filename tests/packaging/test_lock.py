"""The locks hold what pyproject.toml asks for, with hashes and no address; asked without a network."""

from __future__ import annotations

import subprocess
import sys

import lock
import pytest

PACKAGE = "thing==1.0 \\\n    --hash=sha256:00\n"


def texts(**changed: str) -> dict[str, str]:
    return {kind: f"{lock.MARK}{kind}-digest\n{PACKAGE}" for kind in lock.LOCKS} | changed


EXPECTED = {kind: f"{kind}-digest" for kind in lock.LOCKS}


def test_the_locks_are_up_to_date() -> None:
    assert lock.check() == []


def test_the_check_is_a_command() -> None:
    command = [sys.executable, "-I", str(lock.PACKAGING / "lock.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0


def test_a_sound_pair_has_no_problems() -> None:
    assert lock.problems(texts(), EXPECTED) == []


def test_changed_dependencies_are_noticed_with_the_way_out() -> None:
    (problem,) = lock.problems(texts(), EXPECTED | {"run": "other"})
    assert "requirements-run.txt is older" in problem
    assert lock.RENEW in problem


def test_a_missing_lock_is_a_problem() -> None:
    assert lock.problems(texts(run=""), EXPECTED)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url x",
        "--extra-index-url=x",
        "thing @ file:///home/me/thing",
        "other @ https://example.org/o.whl",
    ],
)
def test_an_address_is_a_problem(line) -> None:
    text = f"{lock.MARK}run-digest\n{line}\n{PACKAGE}"
    assert any("names an address" in problem for problem in lock.problems(texts(run=text), EXPECTED))


def test_a_package_without_a_hash_is_a_problem() -> None:
    text = f"{lock.MARK}run-digest\nbare==2 ; sys_platform == 'win32'\n{PACKAGE}"
    found = lock.problems(texts(run=text), EXPECTED)
    assert any(problem.startswith("requirements-run.txt: bare==2 has no hash") for problem in found)


def test_the_locks_agree_on_versions() -> None:
    text = f"{lock.MARK}test-digest\n{PACKAGE.replace('1.0', '2.0')}"
    assert lock.problems(texts(test=text), EXPECTED)[0].startswith(
        "thing is 1.0 in requirements-run.txt and 2.0"
    )


def test_the_digest_follows_dependencies_and_pythons_but_not_their_order() -> None:
    assert lock.digest(["a", "b"], ">=3.11") == lock.digest(["b", "a", "a"], ">=3.11")
    assert lock.digest(["a"], ">=3.11") != lock.digest(["a>1"], ">=3.11")
    assert lock.digest(["a"], ">=3.11") != lock.digest(["a"], ">=3.12")


def test_what_builds_the_checkout_is_locked_with_what_runs() -> None:
    names = lock.pins(lock.LOCKS["run"].read_text(encoding="utf-8"))
    assert {"hatchling", "pyside6-essentials", "sqlalchemy", "alembic", "platformdirs"} <= names.keys()
    assert "pytest" not in names


def test_without_uv_renewing_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(lock.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="pip install uv"):
        lock.main([])
