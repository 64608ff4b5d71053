"""Codes and agreement numbers leave the program only masked, by whatever way, unless they are revealed on purpose."""

from __future__ import annotations

import html
import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot
from sqlalchemy.exc import IntegrityError
from ui.window.tree_places import places_of
from world import take_in

from tslic_admin import cli, crash
from tslic_admin.app import attach_commands, load_resources, make_gateway, make_window
from tslic_admin.db.schema.tables import EntryRow, KeyPackRow, RequestRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields
from tslic_admin.domain.catalogue.servers import SERVERS, ServerFields
from tslic_admin.domain.codes import group_code
from tslic_admin.paths import Paths
from tslic_admin.services.exporting.export_request import (
    EXPORTED_LISTS,
    formats_for,
    forms_for,
)
from tslic_admin.services.lookup import find_license, find_server
from tslic_admin.services.records import packs, servers, transfers
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.reissue.worksheets import Draft
from tslic_admin.services.sample.files import key_pack_file, license_file

SERVER_ID = "SRVAA-SRVBB-SRVCC-SRVDD-SRVEE-SRVFF-SRVGG".replace("-", "")
OPEN_PACK = "PCKAA-PCKBB-PCKCC-PCKDD-PCKEE-PCKFF-PCKGG".replace("-", "")
RETAIL = "RTLAA-RTLBB-RTLCC-RTLDD-RTLEE".replace("-", "")
LICENSE_NUMBER, AUTHORIZATION, AGREEMENT = "71829304", "AUTHZ55667788QX", "6172839"
MISTYPED = "MSTAA-MSTBB-MSTCC-MSTDD-MSTEE-MSTFF-MSTGG".replace("-", "")
REISSUED = "RSSAA-RSSBB-RSSCC-RSSDD-RSSEE-RSSFF-RSSGG".replace("-", "")
DRAFTED = "DRFAA-DRFBB-DRFCC-DRFDD-DRFEE-DRFFF-DRFGG".replace("-", "")
SECRETS = {
    "license server ID": SERVER_ID,
    "license key pack ID": OPEN_PACK,
    "license code": RETAIL,
    "license number": LICENSE_NUMBER,
    "authorization number": AUTHORIZATION,
    "agreement number": AGREEMENT,
    "mistyped code": MISTYPED,
    "code of a reissue": REISSUED,
    "code in a draft": DRAFTED,
}
_APART = re.compile(r"[\s\u2010-\u2015-]+")


def betrayed(output: str | bytes) -> list[str]:
    """Which secrets can be read there: whole, or all but the five characters that may be shown, however spaced."""
    text = output if isinstance(output, str) else output.decode("utf-8", "replace")
    joined = _APART.sub("", text).upper()
    return [
        name
        for name, secret in SECRETS.items()
        if secret in joined or secret[: max(len(secret) - 5, 6)] in joined
    ]


def unpacked(data: bytes) -> bytes:
    """What stands in a file, a workbook's parts too."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


@pytest.fixture
def folder(tmp_path: Path, template_database: Path, clock: Callable[[], Any]) -> Path:
    """A store that holds every kind of secret, some of them in what its history says."""
    path = tmp_path / "data"
    path.mkdir()
    (path / "tslic.sqlite").write_bytes(template_database.read_bytes())
    store = Store(path / "tslic.sqlite", actor="tester@box", now=clock)
    plant(store)
    store.close()
    return path


def plant(store: Store) -> None:
    with store.writing() as session:
        servers.add(session, "DC01", ServerFields(license_server_id=group_code(SERVER_ID)))
    common = {"product_version_id": "6", "product_type": "0", "total": "5"}
    for fields in (
        {
            "keypack_id": "11",
            "program": "open",
            "number": LICENSE_NUMBER,
            "authorization_number": AUTHORIZATION,
        }
        | {"license_key_pack_id": OPEN_PACK},
        {"keypack_id": "12", "program": "retail", "number": RETAIL},
        {"keypack_id": "13", "program": "select", "number": AGREEMENT},
    ):
        with store.writing() as session:
            packs.add(session, find_server(session, "DC01"), PackFields(**common, **fields))
    take_in(store, ("packs.csv", key_pack_file([(3, "A02-10.01-S", 2, 0, 6, 10, 4)])))
    issued = datetime(2026, 1, 5, 10, tzinfo=UTC)
    take_in(
        store, ("licenses.csv", license_file(3, 4, "PC", 1, issued, datetime(2026, 3, 20, 10, tzinfo=UTC)))
    )
    with store.writing() as session:
        transfers.mark(
            session, find_license(session, "DC01/3/1"), transfers.TransferFields(to="PC9", on="2026-02-01")
        )
    for licenses in (("DC01/3/2",), ("DC01/3/3",)):
        with store.writing() as session:
            request = requests.open_request(session, find_server(session, "DC01"))
            row = session.get_one(RequestRow, request.record)
            requests.collect(session, row, [(find_license(session, name), "PC8") for name in licenses])
    with store.writing() as session:
        calls.record(
            session,
            session.get_one(RequestRow, 1),
            calls.ReissueCall(code=MISTYPED, quantity="1", on="2026-03-01"),
        )
    with store.writing() as session:
        calls.correct(session, session.get_one(RequestRow, 1), code=REISSUED, reason="misheard")
    with store.writing() as session:
        requests.save_draft(session, session.get_one(RequestRow, 2), Draft({"code": DRAFTED}))


class Console:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], clock: Callable[[], Any]) -> None:
        self._folder, self._capsys, self._clock = folder, capsys, clock

    def __call__(self, *argv: str) -> str:
        """Everything that a call prints."""
        self._capsys.readouterr()
        self.code = cli.main(["--data-dir", str(self._folder), *argv], now=self._clock)
        return "".join(self._capsys.readouterr())


@pytest.fixture
def console(folder: Path, capsys: pytest.CaptureFixture[str], clock: Callable[[], Any]) -> Console:
    return Console(folder, capsys, clock)


def test_the_search_itself_finds_what_it_looks_for() -> None:
    for name, secret in SECRETS.items():
        assert betrayed(f"x{secret}x") == [name]
        assert betrayed(" ".join(group_code(secret.lower()).split("-"))) == [name]
        assert betrayed(f"…{secret[-5:]}") == []


FILES = [
    (what, file_format, form)
    for what, spec in EXPORTED_LISTS.items()
    for file_format in formats_for(spec.kind)
    for form in forms_for(spec.kind, file_format) or ("",)
]


def test_no_exported_file_betrays_a_secret(console: Console, tmp_path: Path) -> None:
    for what, file_format, form in FILES:
        target = tmp_path / f"{what}.out"
        output = console(
            "export", what, "--format", file_format, *([f"--{form}"] if form else []), "--to", str(target)
        )
        assert console.code == 0, output
        assert betrayed(output) == betrayed(unpacked(target.read_bytes())) == [], (what, file_format, form)


def test_a_reveal_shows_them_whole_and_is_an_entry(console: Console, folder: Path, tmp_path: Path) -> None:
    """With each of the formats, for each of the lists that hold secrets; for the others there is nothing to reveal."""

    def entries() -> list[str]:
        store = Store(folder / "tslic.sqlite", actor="x@y")
        with store.reading() as session:
            kinds = [row.kind for row in session.query(EntryRow).order_by(EntryRow.number)]
        store.close()
        return kinds

    for what, file_format, form in FILES:
        before, target = entries(), tmp_path / "revealed"
        kind = EXPORTED_LISTS[what].kind
        chosen = [f"--{form}"] if form else []
        console("export", what, "--format", file_format, *chosen, "--reveal", "--to", str(target))
        secrets_found = betrayed(unpacked(target.read_bytes()))
        after = entries()
        if kind.has_secrets:
            assert after == [*before, "reveal"], (what, file_format)
        else:
            assert (after, secrets_found) == (before, []), (what, file_format)
        if kind in (SERVERS, PACKS):
            assert secrets_found, (what, file_format, form)
    assert betrayed(console("history", "list")) == betrayed(console("--json", "history", "list")) == []


def test_a_report_shows_them_only_when_they_are_revealed(console: Console, tmp_path: Path) -> None:
    for kind in ("audit", "clearinghouse"):
        target = tmp_path / f"{kind}.html"
        output = console("report", kind, "--to", str(target))
        assert console.code == 0, output
        assert betrayed(output) == betrayed(html.unescape(target.read_text())) == [], kind
    console("report", "clearinghouse", "--to", str(target), "--reveal")
    assert set(betrayed(html.unescape(target.read_text()))) >= {"license server ID", "license key pack ID"}
    assert "reveal" in console("--json", "history", "list")


LISTS = [
    *(["servers", "list"], ["key-packs", "list"], ["licenses", "list", "--ended"], ["transfer", "list"]),
    *(["reissue", "list"], ["reissue", "show", "1"], ["reissue", "show", "2"], ["due", "--within", "9999"]),
    *(["history", "list"], ["history", "verify"], ["compare", "--server", "DC01"]),
]
REFUSED = [
    [
        "key-packs",
        "add",
        "--server",
        "DC01",
        "--product-version",
        "6",
        "--type",
        "device",
        "--total",
        "5",
        "--code",
        OPEN_PACK,
    ],
    ["reissue", "record", "2", "--code", REISSUED, "--quantity", "1", "--on", "2026-03-01"],
    ["reissue", "record", "2", "--code", REISSUED[:-1], "--quantity", "1", "--on", "2026-03-01"],
    ["reissue", "correct", "1", "--code", OPEN_PACK, "--reason", "x"],
    ["servers", "add", "DC02", "--license-server-id", f"{SERVER_ID}9"],
    ["key-packs", "set", "DC01/13", "--number", f"{AGREEMENT}0", "--reason", "x"],
]


def test_nothing_that_the_console_says_betrays_a_secret(console: Console) -> None:
    for words in LISTS:
        for json in ([], ["--json"]):
            output = console(*json, *words)
            assert console.code in (0, 1), output
            assert betrayed(output) == [], words
    for words in REFUSED:
        output = console(*words)
        assert console.code == 3, output
        assert betrayed(output) == [], words


# the window


@pytest.fixture
def window(folder: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[Any]:
    load_resources()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    paths = Paths.under(folder)
    gateway = make_gateway(paths)
    window = make_window(paths, gateway)
    attach_commands(window)
    window.show()
    window.settle = lambda: qtbot.waitUntil(lambda: gateway.idle)
    window.settle()
    yield window
    window.close()
    gateway.close()
    window.deleteLater()


def test_neither_the_clipboard_nor_the_window_betrays_a_secret(window: Any, qtbot: QtBot) -> None:
    view, clipboard = window.panel.view, QGuiApplication.clipboard()
    copied = 0
    for place in places_of(window):
        window.go_to_place(place)
        window.settle()
        header = view.horizontalHeader()
        for section in range(header.count()):
            header.setSectionHidden(section, False)
        for row in range(view.records.size):
            view.selectRow(row)
            window.settle()
            for pane in window.details.findChildren(QTextBrowser):
                assert betrayed(pane.toHtml()) == betrayed(pane.toPlainText()) == []
        view.selectAll()
        clipboard.setText("nothing")
        view.copy(headers=True)
        window.settle()
        if view.records.size:
            assert clipboard.text() != "nothing"
            copied += view.records.size
        assert betrayed(clipboard.text()) == [], place
    assert copied > 15
    window.panel.search("PCK")
    window.settle()
    view.selectAll()
    view.copy(headers=True)
    window.settle()
    assert betrayed(clipboard.text()) == []


# what is left of a bug


def test_neither_log_nor_crash_report_betrays_a_secret(folder: Path, tmp_path: Path) -> None:
    """A statement that fails takes its values with it; so does an exception that quotes what it choked on."""
    store = Store(folder / "tslic.sqlite", actor="x@y")
    errors: list[Exception] = [ValueError(f"cannot make sense of {secret!r}") for secret in SECRETS.values()]
    errors += [KeyError(secret) for secret in SECRETS.values()]
    errors += [ValueError(f"bad code {group_code(secret)} given") for secret in SECRETS.values()]
    with pytest.raises(IntegrityError) as failed, store.writing() as session:
        pack = session.query(KeyPackRow).filter_by(license_key_pack_id=OPEN_PACK).one()
        values = {"server_id": pack.server_id, "license_key_pack_id": OPEN_PACK, "number": LICENSE_NUMBER}
        session.add(KeyPackRow(**values, origin="original", transfer_policy="one-time"))
        session.flush()
    assert betrayed(str(failed.value))  # it is in there, as SQLAlchemy says it
    errors.append(failed.value)
    store.close()
    paths = Paths.under(tmp_path / "log")
    for error in errors:
        with pytest.raises(type(error)) as caught:
            raise error
        assert betrayed(crash.report(caught.value, paths)) == [], type(error)
    logging.getLogger("anything").warning("read %s", group_code(OPEN_PACK))
    logged = (paths.logs / crash.LOG).read_text()
    assert "IntegrityError" in logged
    assert betrayed(logged) == []
    root = logging.getLogger()
    for handler in [h for h in root.handlers if h.get_name() == crash.HANDLER]:
        root.removeHandler(handler)
        handler.close()
