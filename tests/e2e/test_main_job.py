"""The main job, end to end: from an empty store to an exported, verified history, in the real window."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tslic_admin.app import attach_commands, load_resources, make_gateway, make_window
from tslic_admin.db.driver import utc_now
from tslic_admin.db.opening import open_store_file
from tslic_admin.paths import Paths
from tslic_admin.services.history.verification import VerificationState, verify
from tslic_admin.ui.exporting.dialog import ExportDialog
from tslic_admin.ui.importing import options
from tslic_admin.ui.importing.dialog import ImportDialog
from tslic_admin.ui.records.transfer_dialogs import TransferDialog
from tslic_admin.ui.reissue.dialog import ReissueDialog
from tslic_admin.ui.reissue.request_chooser import CollectDialog
from tslic_admin.ui.window.main_window import MainWindow
from tslic_admin.ui.window.tree import Place

SAMPLE = Path(__file__).parents[3] / "shared/samples/wmi/keypack_format_table_2012.txt"
NOW = datetime.now(UTC)
CODE = "QWERT-YUIOP-ASDFG-HJKLZ-XCVBN-M1234-56789"

pytestmark = pytest.mark.usefixtures("resources")


@pytest.fixture(scope="session")
def resources(qapp: QApplication) -> None:
    load_resources()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))


class Program:
    """The program as it is started on a folder; `again` closes it and starts it anew."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self._paths, self._qtbot = Paths.under(folder), qtbot
        self._start()

    def _start(self) -> None:
        open_store_file(self._paths.store)
        self.gateway = make_gateway(self._paths)
        self.window: MainWindow = make_window(self._paths, self.gateway)
        attach_commands(self.window)
        self.window.show()
        self.settle()

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: self.gateway.idle)

    def close(self) -> None:
        self.window.close()
        self.gateway.close()
        self.window.deleteLater()

    def again(self) -> None:
        self.close()
        self._start()

    def do(self, action: str) -> None:
        self.window.window_actions[action].trigger()
        self.settle()

    def dialog(self, kind: type) -> object:
        return next(d for d in self.window.findChildren(kind) if d.isVisible())

    def bring(self, *files: Path, server: str) -> None:
        """File › Import…, with the server named where the files do not."""
        self.do("import")
        dialog = self.dialog(ImportDialog)
        dialog.add_files(files)
        self.settle()
        dialog.fields["server"].setCurrentText(server)
        dialog.refresh_preview()
        self.settle()
        assert dialog.verb.isEnabled(), dialog.refusal.text()
        dialog.accept()
        self.settle()
        assert dialog.intro.text().startswith("Imported:")
        dialog.reject()

    def go_to_pack(self, server: str, keypack_id: int) -> None:
        pack = next(
            p for p in self.window.tree_state.packs if (p.server, p.keypack_id) == (server, keypack_id)
        )
        self.window.tree.go_to(Place("pack", pack.number))
        self.settle()

    def go_to_server(self, server: str) -> None:
        number = next(s.number for s in self.window.tree_state.servers if s.name == server)
        self.window.tree.go_to(Place("server", number))
        self.settle()

    def cells(self, key: str) -> list[str]:
        records = self.window.panel.view.records
        section = next(n for n, column in enumerate(records.columns) if column.key == key)
        return [records.index(row, section).data() for row in range(records.rowCount())]

    def select(self, *rows: int) -> None:
        view = self.window.panel.view
        view.clearSelection()
        for row in rows:
            flags = view.selectionModel().SelectionFlag
            view.selectionModel().select(view.records.index(row, 0), flags.Select | flags.Rows)
        self.settle()


@pytest.fixture
def program(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(options, "PREVIEW_PAUSE_MS", 0)
    program = Program(tmp_path / "data", qtbot)
    yield program
    program.close()


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str, list[dict[str, object]]], Path]:
    """A file as Export-Csv writes it."""

    def built(name: str, rows: list[dict[str, object]]) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return built


def cim(days: int) -> str:
    return (NOW + timedelta(days=days)).strftime("%Y%m%d%H%M%S.000000-000")


def format_table(tmp_path: Path) -> Path:
    """The real sample where it is at hand, else a built file of the same form."""
    if SAMPLE.exists():
        return SAMPLE
    titles = ["AccessRights", "AvailableLicenses", "Description", "ExpirationDate", "IssuedLicenses", "KeyPackId",
              "KeyPackType", "ProductType", "ProductVersion", "ProductVersionID", "TotalLicenses", "TypeAndModel"]  # fmt: skip
    rows = [
        ["7", "4294967295", "A02-5.00-EX", "20351231230000.000000-000", "0", "2", "6", "3", "Windows 2000 Server", "0", "4294967295", "Built-in"],
        ["7", "9", "C50-6.02-S", "20380101010000.000000-000", "11", "4", "2", "1", "Windows Server 2012", "4", "20", "RDS Per User"],
    ]  # fmt: skip
    widths = [max(len(row[n]) for row in [titles, *rows]) + 2 for n in range(len(titles))]
    lines = [
        "#" + "".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in [titles, *rows]
    ]
    path = tmp_path / "keypacks.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_from_an_empty_store_to_a_verified_history(  # noqa: PLR0915 - one story, from its beginning to its end
    program: Program, build, tmp_path: Path, qtbot: QtBot
) -> None:
    window = program.window
    assert window.panel.empty_text.text().startswith("No license server")

    # what real servers print
    program.bring(format_table(tmp_path), server="RDS01")
    program.go_to_server("RDS01")
    assert "Windows 2000 Server - Built-in TS CAL" in program.cells("version")
    packs = build(
        "keypacks.dat",
        [{"KeyPackId": 3, "Description": "A02-6.02-S", "KeyPackType": 2, "ProductType": 0,
          "ProductVersion": "Windows Server 2012", "ProductVersionID": 4, "TotalLicenses": 600,
          "IssuedLicenses": 500, "AvailableLicenses": 100, "ExpirationDate": "20380119031407.000000-000"}],
    )  # fmt: skip
    licenses = build(
        "issued.dat",
        [{"LicenseId": n, "KeyPackId": 3, "sIssuedToUser": "", "sIssuedToComputer": f"PC-{n:04}", "LicenseStatus": 2,
          "IssueDate": cim(-200), "ExpirationDate": cim(30), "sHardwareId": f"{n:036x}"} for n in range(1, 501)],
    )  # fmt: skip
    program.bring(licenses, packs, server="DC01")
    program.go_to_pack("DC01", 3)
    assert "500 licenses" in window.count_label.text()

    # twelve are collected for one call, and parked
    program.select(*range(12))
    program.do("collect")
    collect = program.dialog(CollectDialog)
    assert collect.verb.text() == "&Add 12 Licenses"
    collect.accept()
    program.settle()
    worksheet = program.dialog(ReissueDialog)
    worksheet.call.fields["case"].setText("4711-0815")
    worksheet.park.click()
    program.settle()
    assert sum("In reissue request 1" in text for text in program.cells("record")) == 12

    # the program is restarted in the middle of it, and the call recorded
    program.again()
    window = program.window
    window.tree.go_to(Place("reissues"))
    program.settle()
    program.select(0)
    program.do("open")
    worksheet = program.dialog(ReissueDialog)
    assert worksheet.call.fields["case"].text() == "4711-0815"
    QGuiApplication.clipboard().setText(CODE)
    qtbot.keyClick(worksheet.outcome.code.boxes[0], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    worksheet.outcome.quantity.setText("12")
    assert worksheet.outcome.record_button.text() == "&Record 12 Reissued Licenses"
    worksheet.outcome.record_button.click()
    program.settle()
    worksheet.close()

    # it stands in the list like any other key pack, and here its origin is known
    program.go_to_server("DC01")
    days = (NOW, datetime.now(UTC))  # midnight may have passed
    assert program.cells("origin")[1] in {f"Reissue 1 of {day.astimezone():%Y-%m-%d}" for day in days}
    assert program.cells("total") == ["600", "12"]
    program.go_to_pack("DC01", 3)
    assert sum("Reissued into key pack DC01/#" in text for text in program.cells("record")) == 12

    # a transfer, once and for good
    row = program.cells("computer").index("PC-0100")
    for to in ("PC-0900", "PC-0901"):
        program.select(row)
        program.do("transfer")
        program.settle()
        transfer = program.dialog(TransferDialog)
        if transfer.to.isVisible():
            transfer.to.setText(to)
            transfer.accept()
            program.settle()
            transfer.reject()
            program.settle()
    assert "may be transferred once" in transfer.refusal.text()
    transfer.reject()
    assert program.cells("holder")[row] == "PC-0900"

    # the history goes to the auditor
    window.tree.go_to(Place("history"))
    program.settle()
    program.do("export")
    export = program.dialog(ExportDialog)
    for field, value in (("what", "history"), ("form", "machine"), ("file_format", "json")):
        box = export.fields[field]
        box.setCurrentIndex(box.findData(value))
    target = tmp_path / "history.json"
    export.to.setText(str(target))
    export.accept()
    program.settle()
    entries = json.loads(target.read_text())
    assert [entry["kind"] for entry in entries] == [
        "import", "import", "reissue.open", "reissue.add", "reissue.record", "transfer.mark",
    ]  # fmt: skip
    assert CODE.replace("-", "") not in target.read_text()

    result = verify(program.gateway.path, utc_now)
    assert (result.state, result.entries, result.head) == (VerificationState.INTACT, 6, entries[-1]["digest"])
