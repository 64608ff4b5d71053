"""How long a workbook of issued licenses takes, as a ratio: `python tests/benchmarks/spreadsheet.py [ROWS]`.

The reference is LibreOffice, in the same run, making a workbook of the same list's CSV: less than 0.6 of its time is
wanted. Both are whole processes, each the fastest of three. Without LibreOffice there is nothing to measure against.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from run import import_file, timed, write_licenses

from tslic_admin.db.opening import open_store_file
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs, servers

CONSOLE = "import sys; from tslic_admin.cli import main; sys.exit(main())"
WANTED = 0.6


def fill(folder: Path, rows: int) -> None:
    open_store_file(folder / "tslic.sqlite")
    store = Store(folder / "tslic.sqlite", actor="benchmark@here")
    with store.writing() as session:
        servers.add(session, "DC01")
    with store.writing() as session:
        packs.add(session, find_server(session, "DC01"), PackFields(product_version_id="2022", product_type="device", total="9999999", keypack_id="3"))  # fmt: skip
    write_licenses(folder / "issued.csv", 3, rows)
    import_file(store, folder / "issued.csv")
    store.close()


def run(folder: Path, rows: int, office: str) -> float:
    """The ratio for the list as the screen shows it; that of the machine form is printed too."""
    fill(folder, rows)
    ratio = 0.0
    for form in ("--machine", "--readable"):
        csv = folder / f"list{form}.csv"
        export = [
            sys.executable,
            "-c",
            CONSOLE,
            "--data-dir",
            str(folder),
            "export",
            "licenses",
            form,
            "--to",
        ]
        quietly([*export, str(csv)])
        convert = [office, f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
        convert += ["--convert-to", "xlsx", "--outdir", str(folder / "converted"), str(csv)]
        office_seconds = timed(partial(quietly, convert), 3)
        own_seconds = timed(partial(quietly, [*export, str(csv.with_suffix(".xlsx"))]), 3)
        ratio = own_seconds / office_seconds
        print(f"{form:<11} {own_seconds:>6.2f} s   {ratio:>5.2f} x LibreOffice ({office_seconds:.2f} s)")  # noqa: T201
    return ratio


def quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    found = shutil.which("soffice")
    if found is None:
        sys.exit("LibreOffice (soffice) is not here: nothing to measure against")
    with tempfile.TemporaryDirectory() as name:
        ratio = run(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, found)
    sys.exit(f"slower than wanted: {ratio:.2f}, not {WANTED}" if ratio >= WANTED else 0)
