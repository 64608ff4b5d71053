"""An import as a whole: all or nothing, files that are refused, keys that repeat, cancelling, real files."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from services.importer import LICENSE, PACK, Importer, counts, licenses, packs, refused, sources, table
from services.stock import count_entries, dump, every, last_entry, one

from tslic_admin.db.staging import StagedRefusal
from tslic_admin.db.store import Store
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.formats.tables.rows import MOST_REFUSED
from tslic_admin.services.changes import Changes
from tslic_admin.services.exporting import export_request, writers
from tslic_admin.services.history import voiding
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "wmi"
BROKEN = table(
    "broken.csv", LICENSE, LICENSE | {"LicenseId": "x"}, LICENSE | {"LicenseId": 3, "IssueDate": "soon"}
)
NONSENSE = ("nonsense.txt", b"nothing of ours\n")


@pytest.fixture
def importer(store: Store, clock: Any) -> Importer:
    return Importer(store, clock)


def test_one_import_is_one_entry_with_a_snapshot_for_each_list(importer):
    done = importer.take(packs(), licenses()).act
    assert (done.entry, count_entries(importer.store)) == (1, 1)
    assert Changes.SERVERS | Changes.PACKS | Changes.LICENSES | Changes.HISTORY in done.changes
    snapshots = every(importer.store, "SELECT subject, file_name FROM snapshot ORDER BY id")
    assert [tuple(row) for row in snapshots] == [("key-packs", "packs.csv"), ("licenses", "licenses.csv")]


def test_what_changes_nothing_asks_nobody_to_refresh(importer):
    importer.take(packs())
    assert importer.take(packs()).act.changes is Changes.NONE


def test_an_entry_holds_every_list_that_was_taken_also_one_that_says_nothing_new(importer):
    importer.take(packs(), licenses())
    importer.at(NOW + timedelta(days=2)).take(packs(), licenses({"LicenseStatus": 4}))
    found = every(importer.store, "SELECT subject, taken_at FROM snapshot ORDER BY id")
    assert [tuple(row) for row in found[2:]] == [
        ("key-packs", "2026-03-04T12:00:00Z"),
        ("licenses", "2026-03-04T12:00:00Z"),
    ]
    older = importer.refuse(packs({"IssuedLicenses": 9}), taken_at=NOW + timedelta(days=1))
    assert refused(older) == [(0, "DC01", "snapshot-older")]


def test_a_list_that_says_nothing_new_counts_where_it_is_said_when_it_was_taken(importer):
    """Otherwise what is older could still be taken after it (rule 4.5)."""
    importer.take(packs(), licenses(), taken_at=NOW - timedelta(days=9))
    again = importer.take(packs(), licenses(), taken_at=NOW - timedelta(days=2))
    assert again.act.entry == 2
    assert (list(last_entry(importer.store).made), last_entry(importer.store).changed) == (["snapshot"], [])
    older = importer.refuse(packs({"IssuedLicenses": 9}), taken_at=NOW - timedelta(days=5))
    assert refused(older) == [(0, "DC01", "snapshot-older")]
    with importer.store.writing() as session:
        voiding.void(session, 2, reason="another server's")
    assert importer.take(packs({"IssuedLicenses": 9}), taken_at=NOW - timedelta(days=5)).act.entry == 4


def test_the_same_file_again_is_no_entry_whenever_it_is_read(importer):
    importer.take(packs(), licenses())
    assert importer.at(NOW + timedelta(days=2)).take(packs(), licenses()).act.entry is None
    assert importer.take(packs(), licenses(), taken_at=NOW + timedelta(days=1)).act.entry == 2
    assert importer.take(packs(), licenses(), taken_at=NOW + timedelta(days=1)).act.entry is None


def test_a_list_of_which_no_row_is_taken_leaves_no_snapshot(importer):
    importer.take(packs(), licenses({"KeyPackId": 9}), skip_refused=True)
    assert [row["subject"] for row in every(importer.store, "SELECT subject FROM snapshot")] == ["key-packs"]


def test_a_refused_row_refuses_everything_unless_it_is_skipped(importer):
    results = importer.refuse(packs(), BROKEN)
    assert refused(results) == [(3, "x", "number-malformed"), (4, "soon", "date-malformed")]
    assert (results[1].new, counts(results)["key-packs"]) == (1, (1, 0, 0))
    imported = importer.take(packs(), BROKEN, skip_refused=True)
    assert imported.results == results
    assert counts(imported.results) == {"key-packs": (1, 0, 0), "licenses": (1, 0, 0)}


def test_a_file_that_cannot_be_read_refuses_everything_unless_it_is_skipped(importer):
    results = importer.refuse(NONSENSE, packs())
    assert (results[1].file, results[1].format, results[1].server, results[1].subject) == (
        "nonsense.txt",
        None,
        None,
        None,
    )
    assert refused(results) == [(0, "nonsense.txt", "file-not-recognised")]
    imported = importer.take(NONSENSE, packs(), skip_refused=True)
    assert (imported.act.entry, counts(imported.results)) == (1, {"key-packs": (1, 0, 0)})


def test_a_file_of_which_no_row_can_be_taken_is_listed_with_what_is_refused(importer):
    results = importer.refuse(table("bad.csv", LICENSE | {"LicenseId": "x"}))
    assert [(one.file, one.format, one.subject) for one in results] == [("bad.csv", "csv", None)]
    assert refused(results) == [(2, "x", "number-malformed")]


def test_nothing_is_imported_of_nothing(importer):
    assert importer.take().results == ()


def test_every_row_of_a_key_that_stands_twice_in_a_file_is_refused(importer):
    file = packs({}, {"KeyPackId": 4}, {"TotalLicenses": 9})
    assert refused(importer.refuse(file)) == [(2, "3", "repeated-key"), (4, "3", "repeated-key")]
    assert counts(importer.take(file, skip_refused=True).results) == {"key-packs": (1, 0, 0)}
    twice = licenses({"KeyPackId": 4}, {"KeyPackId": 4}, {"KeyPackId": 4, "LicenseId": 2})
    assert refused(importer.refuse(twice)) == [(2, "4/1", "repeated-key"), (3, "4/1", "repeated-key")]


def test_every_row_of_a_key_that_stands_in_two_files_is_refused(importer):
    results = importer.refuse(packs(), packs({"TotalLicenses": 9}, {"KeyPackId": 4}, name="more.csv"))
    assert [(one.file, refused([one])) for one in results] == [
        ("packs.csv", [(2, "3", "repeated-in-files")]),
        ("more.csv", [(2, "3", "repeated-in-files")]),
    ]


def test_a_key_of_another_server_is_another_key(importer):
    files = [table(f"{name}.csv", PACK | {"Server": name}) for name in ("DC01", "DC02")]
    assert counts(importer.take(*files, server=None).results) == {"key-packs": (2, 0, 0)}


def test_ten_thousand_repeated_keys_are_no_trouble(importer):
    rows = [{"LicenseId": n} for n in range(10_000)]
    results = importer.refuse(packs(), licenses(*rows), licenses(*rows, name="again.csv"))
    assert len(refused(results)) == 20_000


@pytest.mark.parametrize("stop_at", [1000, 6000, 9000])
def test_a_cancelled_import_writes_nothing(importer, stop_at):
    class Cancelled(Exception):
        pass

    def progress(done: int, total: int | None) -> None:
        assert total is None
        if done >= stop_at:
            raise Cancelled

    files = sources([packs(), licenses(*({"LicenseId": n} for n in range(9000)))])
    before = dump(importer.store)
    with stage(files, importer.options) as staged:
        with importer.store.reading() as session, pytest.raises(Cancelled):
            imports.preview(session, staged, progress=progress)
        with pytest.raises(Cancelled), importer.store.writing() as session:
            imports.apply(session, staged, progress=progress)
        assert dump(importer.store) == before
        with importer.store.writing() as session:  # and can be taken afterwards
            assert imports.apply(session, staged).act.entry == 1


def test_rows_are_counted_while_they_are_read(importer):
    told: list[int] = []
    files = [SourceFile(*licenses(*({"LicenseId": n} for n in range(12_000)))), SourceFile(*packs())]
    with stage(files, importer.options, progress=lambda done, _: told.append(done)):
        pass
    assert told == [5000, 10_000, 12_000, 12_001]


def test_cancelled_reading_leaves_nothing_behind(importer, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def progress(done: int, _: int | None) -> None:
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        stage(sources([packs()]), ImportOptions(), progress=progress),
    ):
        pytest.fail("it goes on")
    assert [path for path in tmp_path.iterdir() if path.name.startswith("tslic-import")] == []


def test_a_time_zone_that_there_is_none_is_refused_before_anything_is_read(importer):
    for zone in ("Mars/Olympus", "../etc/passwd", "\x00"):
        with pytest.raises(RuleViolation) as refusal, stage([], ImportOptions(time_zone=zone)):
            pytest.fail("it goes on")
        assert (refusal.value.code, refusal.value.facts["value"]) == ("time-zone-unknown", zone)
    with stage([], ImportOptions(time_zone=" ")) as staged:
        assert staged.files == ()


def test_a_full_disk_of_the_waiting_rows_is_trouble_and_not_a_bug(importer, monkeypatch):
    from tslic_admin.db.trouble import StoreTrouble

    with stage(sources([packs()]), importer.options) as staged:
        staged.staging._connection.execute("PRAGMA max_page_count=8")
        with pytest.raises(StoreTrouble, match="store-full"), importer.store.writing() as session:
            staged.staging.refuse(0, (StagedRefusal(n, "x" * 4000, "pack-unseen", {}) for n in range(100)))
            imports.apply(session, staged)


def test_a_full_disk_while_files_are_read_is_trouble_too(importer, monkeypatch):
    from tslic_admin.db.staging import Staging
    from tslic_admin.db.trouble import StoreTrouble

    class Small(Staging):
        def __init__(self) -> None:
            super().__init__()
            self._connection.execute("PRAGMA max_page_count=8")

    monkeypatch.setattr("tslic_admin.services.importing.staging.Staging", Small)
    files = sources([licenses(*({"LicenseId": n} for n in range(2000)))])
    with pytest.raises(StoreTrouble, match="store-full"), stage(files, importer.options):
        pytest.fail("it goes on")


def test_what_is_refused_beforehand_is_not_written_to_be_taken_back(importer, monkeypatch):
    monkeypatch.setattr(imports, "write_rows", lambda *_: pytest.fail("it is written"))
    importer.refuse(packs(), BROKEN)
    importer.refuse(packs({}, {}))
    importer.refuse(packs(), taken_at=NOW + timedelta(days=1))


# real files


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="needs the folder with real sample files, which is not part of the project"
)
def test_a_real_section_in_which_two_servers_are_mixed(importer):
    file = ("agent.txt", (SAMPLES / "monitoring_section_vbs.txt").read_bytes())
    results = importer.refuse(file)
    assert [(value, code) for _, value, code in refused(results)] == [("3", "repeated-key")] * 2
    imported = importer.take(file, skip_refused=True)
    assert counts(imported.results) == {"key-packs": (8, 0, 0)}
    row = one(importer.store, "SELECT total, description FROM key_pack WHERE keypack_id = 2")
    assert tuple(row) == (4294967295, "A02-5.00-EX")


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="needs the folder with real sample files, which is not part of the project"
)
def test_a_real_table_of_key_packs(importer):
    imported = importer.take(("packs.txt", (SAMPLES / "keypack_format_table_2012.txt").read_bytes()))
    assert counts(imported.results) == {"key-packs": (4, 0, 0)}


# out and in again

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12) | st.sampled_from(
    ['a"b', "a,b;c", "=1+1", "'x", "\t", "-1", "#TYPE x", "{1}", "00252-1", "ZZ\u2028Z", "Ä\u00a0ö"]
)
NUMBERS = st.none() | st.integers(0, 2**32 - 1)
TIMES = st.none() | st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda at: at.isoformat() + "Z")


def cells(texts: str, numbers: str = "", times: str = "") -> dict[str, st.SearchStrategy[Any]]:
    return (
        dict.fromkeys(texts.split(), TEXTS)
        | dict.fromkeys(numbers.split(), NUMBERS)
        | dict.fromkeys(times.split(), TIMES)
    )


SERVERS = st.fixed_dictionaries(
    {"Server": st.sampled_from(["A", "B.corp.example", "10.0.0.7"])}
    | cells(
        "FirstName LastName Company CountryRegion eMail OrgUnit Address City State PostalCode DatabasePath"
        " ProductId Version",
        "ServerRole VersionNumber",
    )
)
PACKS = st.fixed_dictionaries(
    {"KeyPackId": st.integers(0, 3)}
    | cells(
        "Description ProductVersion TypeAndModel",
        "KeyPackType ProductType ProductVersionID TotalLicenses IssuedLicenses AvailableLicenses AccessRights",
        "ExpirationDate",
    )
)
LICENSES = st.fixed_dictionaries(
    {"LicenseId": st.integers(0, 2**32 - 1)}
    | cells("sIssuedToUser sIssuedToComputer sHardwareId", "LicenseStatus", "IssueDate ExpirationDate")
)


@given(
    st.lists(SERVERS, min_size=1, max_size=3, unique_by=lambda row: row["Server"]),
    st.lists(PACKS, max_size=3, unique_by=lambda row: row["KeyPackId"]),
    st.lists(LICENSES, max_size=4, unique_by=lambda row: row["LicenseId"]),
    st.sampled_from(["csv", "json"]),
)
@settings(max_examples=40)
def test_what_was_exported_and_is_imported_into_an_empty_store_is_exported_the_same(
    template_database, tmp_path_factory, clock, servers, key_packs, issued, form
):
    def machine_form(store: Store, what: str) -> bytes:
        target = io.BytesIO()
        writers.export(
            store.path,
            clock,
            export_request.read_export_request(what, file_name="-", file_format=form),
            target,
        )
        return target.getvalue()

    folder = tmp_path_factory.mktemp("round")
    stores = []
    for name in ("one", "other"):
        path = folder / f"{name}.sqlite"
        path.write_bytes(template_database.read_bytes())
        stores.append(Store(path, actor="tester@box", now=clock))
    first, second = stores
    for row in key_packs:
        row["Server"] = servers[0]["Server"]
    for row in issued:
        row |= {"Server": servers[0]["Server"], "KeyPackId": 0}
    files = [("s.json", json.dumps(servers).encode()), ("p.json", json.dumps(key_packs).encode())]
    if issued and any(row["KeyPackId"] == 0 for row in key_packs):
        files.append(("l.json", json.dumps(issued).encode()))
    importer = Importer(first, clock, ImportOptions())
    with stage(sources(files), importer.options) as staged, first.writing() as session:
        imports.apply(session, staged, skip_refused=True)
    whats = ("servers", "key-packs", "licenses")
    files = [(f"{what}.{form}", machine_form(first, what)) for what in whats]
    with stage(sources(files), ImportOptions()) as staged, second.writing() as session:
        results = imports.apply(session, staged, skip_refused=True).results
    assert [code for _, _, code in refused(results) if code != "file-not-recognised"] == []
    assert [machine_form(second, what) for what in whats] == [content for _, content in files]
    for store in stores:
        store.close()


def test_a_file_of_which_nearly_nothing_can_be_read_is_refused_as_a_whole(importer):
    rows = "".join(f"x,{n}\n" for n in range(MOST_REFUSED + 1))
    results = importer.refuse(("broken.csv", f"KeyPackId,TotalLicenses\n{rows}".encode()), packs())
    assert refused(results) == [(0, "broken.csv", "too-many-refused")]


def test_a_file_is_read_where_it_lies_and_refused_where_it_cannot_be(importer, tmp_path):
    name, data = packs()
    (tmp_path / name).write_bytes(data)
    sources = [SourceFile(name, path=tmp_path / name), SourceFile("gone.csv", path=tmp_path / "gone.csv")]
    with stage(sources, importer.options) as staged:
        read, gone = staged.files
        assert (read.size, read.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert gone.format is None
        with importer.store.reading() as session:
            results = imports.preview(session, staged)
    assert refused(results) == [(0, "gone.csv", "file-not-readable")]
    assert counts(results)["key-packs"][0] == 1


def test_a_file_that_is_written_while_it_is_read_is_refused(importer, tmp_path):
    path = tmp_path / "growing.csv"
    path.write_bytes(packs()[1])

    def write_on(*_: Any) -> None:
        with path.open("ab") as file:
            file.write(b"\n")

    with stage([SourceFile("growing.csv", path=path)], importer.options, progress=write_on) as staged:
        assert staged.files[0].format is None
        assert [one.code for _, one in staged.staging.refusals(0)] == ["file-changed"]


def test_reading_a_large_file_can_be_cancelled_before_its_first_row(importer, tmp_path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"\0" * (3 << 20))
    told: list[int] = []
    with stage([SourceFile("large.txt", path=path)], importer.options, progress=lambda n, _: told.append(n)):
        pass
    assert told == [0, 0]
