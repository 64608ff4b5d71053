"""How fast it is, as ratios against a reference of the same run: `python tests/benchmarks/run.py [ROWS]`.

The references are a bare Qt window, the sqlite3 command line and the same list with ten rows. Nothing here is
a test: what is measured depends on the machine, the ratios much less.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tslic_admin.db.driver import utc_now
from tslic_admin.db.opening import open_store_file
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.domain.catalogue.overviews import FOUND
from tslic_admin.services.history.verification import verify
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.lists import ListSpec, Pages
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs, servers
from tslic_admin.services.sample.filling import fill_store

PACKS = {3: 0, 4: 10}  # Keypack ID -> issued licenses; 0: as many as were asked for
BARE_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
"""


def timed(act: Callable[[], object], times: int = 1) -> float:
    """Seconds of the fastest run."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - start)
    return best


def say(what: str, seconds: float, reference: str, of: float) -> None:
    print(f"{what:<44} {seconds * 1000:>10.2f} ms   {seconds / of:>7.2f} x {reference} ({of * 1000:.2f} ms)")  # noqa: T201


def write_licenses(path: Path, keypack_id: int, rows: int) -> None:
    chance = random.Random(keypack_id)  # noqa: S311 - the same file each time
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(["LicenseId", "KeyPackId", "sIssuedToUser", "sIssuedToComputer", "LicenseStatus", "IssueDate", "ExpirationDate", "sHardwareId"])  # fmt: skip
        for n in range(1, rows + 1):
            day = f"{1 + n % 28:02}"
            write((n, keypack_id, "", f"PC-{chance.randrange(10**7):07}", 2, f"202501{day}101500.000000-000",
                   f"203001{day}101500.000000-000", f"{chance.getrandbits(128):036x}"))  # fmt: skip


def import_file(store: Store, path: Path) -> None:
    options = ImportOptions(server="DC01")
    with (
        stage([SourceFile(path.name, path.read_bytes())], options) as staged,
        store.writing() as session,
    ):
        imports.apply(session, staged)


def run(folder: Path, rows: int) -> None:
    path = folder / "tslic.sqlite"
    open_store_file(path)
    store = Store(path, actor="benchmark@here")
    with store.writing() as session:
        servers.add(session, "DC01")
    for keypack_id, count in PACKS.items():
        file = folder / f"{keypack_id}.csv"
        write_licenses(file, keypack_id, count or rows)
        with store.writing() as session:
            server = find_server(session, "DC01")
            packs.add(session, server, PackFields(product_version_id="2022", product_type="device", total="9999999", keypack_id=str(keypack_id)))  # fmt: skip
    import_file(store, folder / "4.csv")
    big = folder / "3.csv"
    command_line = shutil.which("sqlite3")
    if command_line:
        plain = timed(lambda: subprocess.run([command_line, folder / "plain.sqlite", ".mode csv", f".import {big} issued"], check=True))  # fmt: skip
        say(
            f"import {rows} issued licenses", timed(lambda: import_file(store, big)), "sqlite3 .import", plain
        )
        say("import the same again", timed(lambda: import_file(store, big)), "sqlite3 .import", plain)
    else:
        import_file(store, big)
    pages = Pages(path, utc_now)

    def open_list(pack: int, **more: object) -> float:
        return timed(lambda: pages.open(ListSpec(LICENSES, pack_id=pack, sort="computer", **more)), 5)

    small = open_list(2)
    say(f"open a list of {rows}", open_list(1), "a list of 10", small)
    say("filter it by a part of a name", open_list(1, search="0012"), "a list of 10", small)
    pages.open(ListSpec(LICENSES, pack_id=1, sort="computer"))
    say("lay down its order (in the background)", timed(pages.write_order), "a list of 10", small)
    say("then any page of it", timed(lambda: pages.page(rows // 1024), 5), "a list of 10", small)
    if command_line:
        scan = timed(lambda: subprocess.run(
            [command_line, path, "SELECT count(*) FROM issuance WHERE computer LIKE '%0012%'"],
            check=True, stdout=subprocess.DEVNULL))  # fmt: skip
        found = timed(lambda: pages.open(ListSpec(FOUND, search="0012")), 3)
        say("search everything for a part of a name", found, "sqlite3 LIKE over one column", scan)
    if command_line:
        check = timed(lambda: subprocess.run([command_line, path, "PRAGMA integrity_check"], check=True, stdout=subprocess.DEVNULL))  # fmt: skip
        say("verify the history", timed(lambda: verify(path, utc_now)), "sqlite3 integrity_check", check)
    pages.close()
    store.close()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}

    def process(*arguments: str) -> float:
        return timed(
            lambda: subprocess.run(
                [sys.executable, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL
            ),
            3,
        )

    bare = process("-c", BARE_WINDOW)
    say(
        "start, first list shown, end (--self-test)",
        process("-m", "tslic_admin", "--self-test"),
        "a bare window",
        bare,
    )
    open_store_file(folder / "sample.sqlite")
    say(
        "fill a store with the sample",
        timed(lambda: fill_store(folder / "sample.sqlite")),
        "a bare window",
        bare,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
