"""The command `tslic-admin`, also `python -m tslic_admin`: parses the command line and starts the program of app.py."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tslic_admin.paths import Paths


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    options = parse_arguments(argv)
    from tslic_admin.app import run  # noqa: PLC0415 - --version and --help work where Qt cannot be loaded

    if options.demo or options.self_test:
        with tempfile.TemporaryDirectory(prefix="tslic-admin-", ignore_cleanup_errors=True) as folder:
            return run(Paths.under(Path(folder)), demo=options.demo, self_test=options.self_test)
    paths = Paths.under(options.data_dir) if options.data_dir else Paths.for_user()
    return run(paths, demo=False, self_test=False)


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; exits for --version, --help and mistakes."""
    parser = argparse.ArgumentParser(
        prog="tslic-admin", description="Keeps the record of Terminal Services / Remote Desktop CALs."
    )
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of the store tslic.sqlite")
    parser.add_argument("--demo", action="store_true", help="open the sample; nothing of yours is touched")
    parser.add_argument("--version", action="version", version=f"tslic-admin {version('tslic-admin')}")
    parser.add_argument("--self-test", action="store_true", help="start, open the window, quit with 0")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
