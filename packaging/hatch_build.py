"""Compile resources/ into tslic_admin/tslic_admin.rcc: while a wheel is built, or when this file is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_resources(root: Path) -> Path:
    """Translations first, then everything into one binary resource file; returns its path."""
    resources = root / "resources"
    for ts in sorted((resources / "i18n").glob("*.ts")):
        run("lrelease", str(ts), "-qm", str(ts.with_suffix(".qm")))
    rcc = root / "tslic_admin" / "tslic_admin.rcc"
    run("rcc", "--binary", str(resources / "tslic_admin.qrc"), "-o", str(rcc))
    return rcc


def run(tool: str, *args: str) -> None:
    # by module, not by name: the scripts of an isolated build are not on its path
    code = f"import sys; from PySide6.scripts.pyside_tool import {tool}; sys.exit({tool}())"
    subprocess.run([sys.executable, "-c", code, *args], check=True)


class ResourceHook(BuildHookInterface[Any]):
    """Called by hatchling before it collects the files of a wheel or of an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        compile_resources(Path(self.root))


if __name__ == "__main__":
    compile_resources(Path(__file__).resolve().parents[1])
