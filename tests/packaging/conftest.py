"""A checkout to bootstrap, small and made up, in which nothing is really installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import bootstrap
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Checkout:
    """`calls`: the commands that bootstrap would have run, shortened to their gist."""

    root: Path
    calls: list[str] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def prepare(self, command: str) -> list[str]:
        """What one start of bootstrap does."""
        self.calls.clear()
        bootstrap.prepare(command)
        return self.calls.copy()

    def run(self, command: list[object], **_: object) -> None:
        words = [str(word) for word in command]
        if "venv" in words:
            self.calls.append("venv")
            self.write(bootstrap.venv_python().relative_to(self.root).as_posix(), "")
        elif "--editable" in words:
            self.calls.append("project")
        elif "-r" in words:
            self.calls.append(Path(words[words.index("-r") + 1]).name)
        else:
            self.calls.append("resources")
            self.write("tslic_admin/tslic_admin.rcc", f"compiled {len(self.calls)}")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    for name in (
        "packaging/requirements-run.txt",
        "packaging/requirements-test.txt",
        "pyproject.toml",
        "README.md",
    ):
        made.write(name, name)
    made.write("resources/icons/app.svg", "<svg/>")
    packaging = tmp_path / "packaging"
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "PACKAGING", packaging)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "bootstrap.json")
    monkeypatch.setattr(bootstrap, "RCC", tmp_path / "tslic_admin" / "tslic_admin.rcc")
    locks = {kind: packaging / path.name for kind, path in bootstrap.LOCKS.items()}
    monkeypatch.setattr(bootstrap, "LOCKS", locks)
    monkeypatch.setattr(bootstrap, "ensure_system", lambda **_: None)
    monkeypatch.setattr(bootstrap.subprocess, "run", made.run)
    return made
