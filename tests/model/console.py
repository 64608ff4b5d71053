"""The console program in this process, on a store and a clock of its own, each call told as it was typed."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tslic_admin import cli

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Console:
    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self.folder, self.tell, self.at = folder, tell, START
        self.said = ""

    def now(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)

    def __call__(self, *argv: str, log: bool = True) -> tuple[int, Any]:
        """The exit code and the JSON document (None where there is none)."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(["--data-dir", str(self.folder), "--json", *argv], now=self.now)
        self.said = f"exit {code} {err.getvalue().strip()}".strip()
        if log:
            typed = shlex.join(
                Path(word).name if word.startswith(str(self.folder)) else word for word in argv
            )
            self.tell(f"{self.at:%Y-%m-%d %H:%M}  {typed}  -> {self.said}")
        assert code in (0, 1, 3), self.said
        return code, json.loads(out.getvalue()) if out.getvalue() else None
