"""Whatever evidence comes, in whatever order: it changes no server, pack or license, and the history holds."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from services.importer import HARDWARE, Importer, licenses, packs, per_device, per_user
from services.stock import dump

from tslic_admin.services.history import voiding
from tslic_admin.services.importing.files import ImportOptions

NAMES = st.sampled_from(
    ["PC1", "pc2.corp.example", "PC9", "Größe", "-", "..", "\u202ePC", "CORP\\\\ann", "ann@x"]
)
DAYS = st.sampled_from(
    ["", "20260105100000.000000-000", "20260320100000.000000-000", "20380101000000.000000-000"]
)
DEVICE = st.fixed_dictionaries(
    {},
    optional={
        "sIssuedToComputer": NAMES,
        "sHardwareId": st.sampled_from(["", HARDWARE, "0" * 36, "x"]),
        "ExpirationDate": DAYS,
        "ProductVersionID": st.sampled_from(["", "4", "6", "99"]),
        "Server": st.sampled_from(["", "DC01", "DC02", "dc01.corp.example"]),
    },
)
USER = st.fixed_dictionaries({"User": NAMES}, optional={"ExpirationDate": DAYS})
IMPORTS = st.lists(
    st.lists(DEVICE, max_size=4).filter(bool).map(lambda rows: per_device(*rows))
    | st.lists(USER, max_size=4).filter(bool).map(lambda rows: per_user(*rows)),
    min_size=1,
    max_size=3,
)
STOCK = ('INSERT INTO "server"', 'INSERT INTO "key_pack"', 'INSERT INTO "issuance"')


def stock(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(STOCK)]


@given(files=IMPORTS)
@settings(max_examples=10)
def test_evidence_changes_nothing_but_itself_and_is_taken_back_whole(
    template_database: Any, tmp_path_factory: Any, clock: Any, files: list[Any]
) -> None:
    from tslic_admin.db.store import Store

    path = tmp_path_factory.mktemp("random") / "tslic.sqlite"
    path.write_bytes(template_database.read_bytes())
    store = Store(path, actor="tester@box", now=clock)
    importer = Importer(store, clock)
    users = {"KeyPackId": 4, "ProductType": 1}
    ann = {"LicenseId": 7, "KeyPackId": 4, "sIssuedToUser": "corp\\ann", "sIssuedToComputer": ""}
    second = {"LicenseId": 2, "sIssuedToComputer": "PC2", "sHardwareId": HARDWARE}
    importer.take(packs({}, users), licenses({}, second, ann))
    importer.options = ImportOptions()
    before = stock(dump(store))
    entries = []
    for file in files:
        imported = importer.take(file)
        for one in imported.results:
            assert one.linked + one.ambiguous + one.unmatched == one.new + one.changed
        entries.append(imported.act.entry)
        assert importer.take(file).act.entry is None
    assert stock(dump(store)) == before
    for entry in filter(None, reversed(entries)):
        with store.writing() as session:
            voiding.void(session, entry, reason="x")
    assert [
        line for line in dump(store) if line.startswith('INSERT INTO "evidence"') and line.endswith("NULL);")
    ] == []
    for file in files:
        importer.take(file)
    store.close()
