"""Evidence in the window: what an import says of it, and where a license shows it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from ui.importing.steps import Open, Settle, cells, licenses, packs
from world import take_in

from tslic_admin.db.store import Store
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.window.details_pane import DetailsPane

REPORT = "sIssuedToComputer,sHardwareId,ExpirationDate,CALType,ProductVersionID\n{},,20300101000000.000000-000,x<y,4\n"
REPORTED = REPORT.format("PC0").encode()


def import_license(store: Store, *reports: bytes, server: str = "DC01") -> None:
    """A server with a license of PC0, and reports of it."""
    listed = ("p.csv", packs((server, 3, 9))), ("l.csv", licenses("20260101000000.000000-000"))
    take_in(store, *listed, *(("report.csv", data) for data in reports), server=server)


def test_the_preview_says_what_each_piece_belongs_to(store: Store, open_import: Open) -> None:
    import_license(store)
    dialog = open_import(REPORTED, REPORT.format("PC9").encode())
    first, second = cells(dialog.files)
    assert (first["Holds"], first["Server"], first["New"], first["Linked"]) == ("Evidence", "", "1", "1")
    assert (second["New"], second["Linked"]) == ("1", "0")
    rows = [(row["What"], row["Of"]) for row in cells(dialog.rows.table)]
    assert ("New", "Evidence DC01/3/0") in rows
    assert ("No license", "pasted text 2, line 2") in rows
    assert dialog.verb.text() == "&Import 2 Pieces of Evidence"
    assert "1 of no license" in dialog.intro.text()


def test_what_could_be_several_is_asked_and_the_answer_attaches_it(
    store: Store,
    open_import: Open,
    settle: Settle,
) -> None:
    for server in ("DC01", "DC02"):
        import_license(store, server=server)
    dialog = open_import(REPORTED)
    (key,) = dialog.questions._boxes
    box = dialog.questions._boxes[key]
    assert box.accessibleName() == "pasted text:2, Per-device report, PC0 is about license"
    assert [box.itemText(place) for place in range(1, 3)] == ["DC01/3/0", "DC02/3/0"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    settle()
    assert cells(dialog.files)[0]["Linked"] == "1"


def test_a_license_shows_its_evidence_below_its_fields(
    store: Store, gateway: Gateway, qtbot: QtBot, settle: Settle
) -> None:
    import_license(store, REPORTED)
    details = DetailsPane(gateway)
    qtbot.addWidget(details)
    details.show_thing("license", 1)
    settle()
    text = details.fields.toPlainText()
    assert "Evidence" in text
    assert "Per-device report, expires 2030-01-01 00:00" in text
    assert "report.csv" in text
    assert "CALType: x<y" in text
    assert "Evidence DC01/3/0" in details.history.toPlainText()
