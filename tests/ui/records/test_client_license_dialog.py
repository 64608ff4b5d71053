"""Client License… in the window: what files say, and the way to the licenses that they are."""

from __future__ import annotations

from typing import Any

import pytest
from formats.client.chains import SERVER_CODE, chain, exported, product_info, server_info
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from ui.every_dialog import show

from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.licenses import LICENSES
from tslic_admin.services.lists import ListSpec, every_row
from tslic_admin.ui.records.client_license_dialog import (
    CLIENT_FILES_INSTRUCTION,
    LIST_ORDER,
    ClientLicenseDialog,
)


def license_of(row: Any, **more: Any) -> bytes:
    """The license that the sample's server issued, as its client has it."""

    def when(text: str) -> bytes:
        return text.replace("-", "").replace(":", "").replace("T", "")[2:14].encode() + b"Z"

    return chain(
        row.computer,
        server=row.server,
        of_server=server_info(row.server, None),
        product=product_info(adjusted="A02", version=(9, 9)),
        validity=(when(row.issued_at), when(row.expires_at)),
        **more,
    )


@pytest.fixture
def row(sample, clock):
    """An active license of the sample."""
    return next(every_row(sample, clock, ListSpec(LICENSES, search="MUC-PC-0300")))


@pytest.fixture
def dialog(sample, gateway, qtbot):
    dialog = ClientLicenseDialog(gateway)
    show(dialog, qtbot)
    return dialog


@pytest.fixture
def read(dialog, qtbot, tmp_path):
    """Files of these contents, read."""

    def take(**contents: bytes) -> None:
        paths = []
        for name, data in contents.items():
            paths.append(tmp_path / name.replace("_", "."))
            paths[-1].write_bytes(data)
        dialog.add_files(paths)
        qtbot.waitUntil(lambda: not dialog._reading)

    return take


def cells(dialog, row: int) -> dict[str, str]:
    model = dialog.table.texts
    return {key: model.data(model.index(row, column)) for column, key in enumerate(LIST_ORDER)}


def test_it_says_what_it_is_for_until_there_is_a_license(dialog):
    assert dialog.sentence.text() == CLIENT_FILES_INSTRUCTION
    assert not dialog.copy_button.isEnabled()
    assert not dialog.find_button.isEnabled()
    dialog.find_in_records()  # Enter in the empty list


def test_all_facts_are_shown_and_no_secret(dialog, read, row):
    read(key_reg=exported(license_of(row), chain("PC77")))
    first, second = cells(dialog, 0), cells(dialog, 1)
    assert (first["machine"], first["entry"], first["file"]) == (row.computer, "LICENSE000", "key.reg")
    assert first["license"].startswith(row.server)
    assert second["license"] == "none that is known"
    text = dialog.facts.toPlainText()
    assert f"Machine: {row.computer}" in text
    assert "an intact file, not a genuine one" in text
    assert "not that it is genuine" in dialog.sentence.text()
    dialog.copy()
    texts = text + QGuiApplication.clipboard().text() + repr(first) + repr(second)
    assert SERVER_CODE not in texts
    dialog.table.selectRow(1)
    assert "Machine: PC77" in dialog.facts.toPlainText()


def test_the_selected_licenses_are_copied_below_the_headings(dialog, read):
    read(one_cal=chain("PC1"), two_cal=chain("PC2"))
    dialog.table.selectRow(1)
    dialog.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[0] for line in lines] == ["Machine", "PC2"]
    dialog.table.clearSelection()
    dialog.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[0] for line in lines] == ["Machine", "PC1", "PC2"]


def test_what_cannot_be_read_is_said_and_the_others_stay(dialog, read, tmp_path, qtbot):
    read(
        one_cal=chain("PC1"),
        two_cal=chain()[:-1],
        three_txt=b"x",
        four_reg=exported(chain("PC4"), chain()[:-1]),
    )
    dialog.add_files([tmp_path / "nothing", tmp_path / "one.cal"])
    qtbot.waitUntil(lambda: not dialog._reading)
    read(
        none_reg=exported(),
        deletes_reg=exported().replace("[HKEY".encode("utf-16-le"), "[-HKEY".encode("utf-16-le")),
    )
    problems = dialog.refusal.text().split("\n")
    assert [line.partition(":")[0] for line in problems[:3]] == [
        "two.cal",
        "three.txt",
        "four.reg, LICENSE001",
    ]
    assert [line.partition(":")[0] for line in problems[4:]] == ["none.reg", "deletes.reg", "deletes.reg"]
    assert "does not exist" in problems[3]
    assert [cells(dialog, row)["machine"] for row in range(2)] == ["PC1", "PC4"]
    assert dialog.table.texts.rowCount() == 2
    dialog.remove_button.click()
    assert dialog.table.texts.rowCount() == 0
    assert not dialog.refusal.isVisible()
    read(one_cal=chain("PC1"))
    assert dialog.table.texts.rowCount() == 1


def test_files_are_dropped_on_it(dialog, tmp_path, qtbot):
    (tmp_path / "a.cal").write_bytes(chain("PC1"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.cal")), QUrl("https://example.org/b.cal")])
    drop = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.dropEvent(drop)
    qtbot.waitUntil(lambda: dialog.table.texts.rowCount() == 1)


def test_trouble_with_the_store_ends_the_reading(dialog, tmp_path, qtbot, gateway, monkeypatch):
    def fail(*_):
        raise StoreTrouble("store-locked")

    monkeypatch.setattr("tslic_admin.ui.records.client_license_dialog.match_licenses", fail)
    (tmp_path / "a.cal").write_bytes(chain("PC1"))
    with qtbot.waitSignal(gateway.trouble):
        dialog.add_files([tmp_path / "a.cal"])
    qtbot.waitUntil(lambda: not dialog._reading)
    assert not dialog.progress.isVisible()


def test_it_leads_to_the_license_or_searches_for_its_machine(row, window, settle, qtbot, tmp_path):
    window.window_actions["client-license"].trigger()
    dialog = window.findChild(ClientLicenseDialog)
    (tmp_path / "key.reg").write_bytes(exported(license_of(row), chain("HAM-PC-0216")))
    dialog.add_files([tmp_path / "key.reg"])
    qtbot.waitUntil(lambda: dialog.table.texts.rowCount() == 2)
    dialog.find_button.click()
    settle()
    kind, (selected,) = window.selected()
    assert (kind, selected.computer) == ("license", row.computer)
    dialog.table.selectRow(1)
    dialog.find_button.click()
    settle()
    assert window.search_box.text() == "HAM-PC-0216"
    dialog.close()
    settle()


def test_closing_it_ends_the_reading(sample, gateway, qtbot, settle, tmp_path):
    (tmp_path / "a.cal").write_bytes(chain("PC1"))
    (tmp_path / "b.cal").write_bytes(chain("PC2"))
    dialog = ClientLicenseDialog(gateway)
    dialog.open()
    dialog.add_files([tmp_path / "a.cal", tmp_path / "b.cal"])
    dialog.close()
    settle()
