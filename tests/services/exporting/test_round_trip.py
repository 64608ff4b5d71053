"""The machine form comes back as the same rows, whatever stands in them (formats.md, section 6)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from world import take_in

from tslic_admin.db.schema.tables import KeyPackRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.services.exporting.export_request import read_export_request
from tslic_admin.services.exporting.writers import export
from tslic_admin.services.records import packs, servers
from tslic_admin.wording.lists import key_packs as pack_list
from tslic_admin.wording.lists import licenses as license_list
from tslic_admin.wording.lists import servers as server_list

WHATS = {
    "servers": ("Server", *server_list.LISTED_PROPERTIES),
    "key-packs": (*pack_list.LISTED_PROPERTIES,),
    "licenses": (*license_list.LISTED_PROPERTIES,),
}
# what a spreadsheet, a parser or a person could take for something else
TEXTS = [
    *('"', '""', '"quoted"', 'a"b', "it's", "'leading", "''", "=1+1", "+49 89 1", "-1", "@x", "\t=x", "a\tb"),
    *(
        "a,b;c",
        "#TYPE x",
        "# x",
        "sep=;",
        "0012",
        "000",
        "1e5",
        "0" * 35,
        "12345678901234567890123456789012345",
    ),
    *(
        "\u202eright to left",
        "\u0634\u0628\u0643\u0629",
        "\U0001f5a5\U0001f468\u200d\U0001f4bb",
        "e\u0301",
        "a\u2028b",
        "a\u2029b",
    ),
    *(
        "a\u0085b",
        "a\u00a0b",
        "\ufeffa",
        "\ufffe",
        '{"a": [1]}',
        "null",
        "true",
        "…12345",
        "Never",
        "Unlimited",
        "-",
    ),
    *("2026-03-02", "/Date(1)/", "\\", "\\n", "%0a", "<b>&amp;</b>", "a  b", "LicenseId"),
]
LINES = ["one\ntwo", "one\r\ntwo", "lone\rreturn", "a\n\nb", '"a"\r\n,b', "end,\n#x"]
NAMES = [
    "DC01",
    "0012",
    "it's",
    "\u0634\u0628\u0643\u0629",
    "\U0001f5a5",
    "-x",
    "+1",
    "server",
    "10.0.0.1",
    "DC02.corp.example",
]

_alphabet = st.one_of(
    st.characters(codec="utf-8", exclude_categories=["Cc"]),
    st.sampled_from("\t\"',;=#@-+\\ \u00a0\u2028\u202e0"),
)
texts = st.one_of(st.none(), st.sampled_from(TEXTS), st.text(_alphabet, max_size=12))
lines = st.one_of(texts, st.sampled_from(LINES), st.text(st.sampled_from('a\r\n\t", '), max_size=8))
numbers = st.one_of(st.none(), st.sampled_from([0, 1, 17, 4294967295]))
times = st.one_of(
    st.none(),
    st.sampled_from(
        ["2026-01-05T10:00:00Z", "2038-01-19T03:14:07Z", "1601-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
    ),
)


@st.composite
def stores(draw) -> tuple[list[dict], list[dict], list[dict]]:
    """What servers could say of themselves, their key packs and their licenses."""
    named = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
    free = dict.fromkeys(server_list.LISTED_PROPERTIES, texts) | {"Address": lines, "Company": lines}
    free |= {"ServerRole": numbers, "VersionNumber": numbers, "ProductId": texts}
    of_servers = [{"Server": name} | draw(st.fixed_dictionaries(free)) for name in named]
    of_packs, of_licenses = [], []
    for name in named:
        for keypack_id in draw(st.lists(st.sampled_from([0, 3, 4294967295]), max_size=2, unique=True)):
            fields = dict.fromkeys(pack_list.LISTED_PROPERTIES, numbers)
            fields |= dict.fromkeys(("Description", "ProductVersion", "TypeAndModel"), texts)
            fields |= {"ExpirationDate": times, "KeyPackId": st.just(keypack_id), "Server": st.just(name)}
            of_packs.append(draw(st.fixed_dictionaries(fields)))
            for license_id in draw(st.lists(st.sampled_from([1, 35]), max_size=2, unique=True)):
                fields = dict.fromkeys(("sIssuedToUser", "sIssuedToComputer", "sHardwareId"), texts)
                fields |= {"IssueDate": times, "ExpirationDate": times, "LicenseStatus": numbers}
                fields |= {"LicenseId": st.just(license_id), "KeyPackId": st.just(keypack_id)}
                of_licenses.append(draw(st.fixed_dictionaries(fields)) | {"Server": name})
    return of_servers, of_packs, of_licenses


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round-trip")


def new_store(places: Path, template_database: Path, name: str) -> Store:
    path = places / name
    for old in places.glob(f"{name}*"):
        old.unlink()
    path.write_bytes(template_database.read_bytes())
    return Store(path, actor="tester@box", now=lambda: NOW)


def bring(store: Store, files: dict[str, bytes]) -> None:
    """Each list behind the one that it needs; none without rows."""
    for name, data in files.items():
        take_in(store, (name, data), server=None)


def export_bytes(store: Store, file_format: str) -> dict[str, bytes]:
    files = {}
    for what in WHATS:
        stream = io.BytesIO()
        result = export(
            store.path, lambda: NOW, read_export_request(what, file_name="-", file_format=file_format), stream
        )
        if result.rows:
            files[f"{what}.{file_format}"] = stream.getvalue()
    return files


def rows(files: dict[str, bytes]) -> dict[str, list[dict]]:
    """The columns that a server's list has, as texts."""
    held = {}
    for name, data in files.items():
        what, _, ending = name.partition(".")
        if ending == "csv":
            items = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        else:
            items = json.loads(data)
        held[what] = [
            {
                column: "" if item[column] is None else str(item[column])
                for column in WHATS[what]
                if column != "Holder"
            }
            for item in items
        ]
    return held


def test_everything_hostile_is_kept_in_every_column_and_what_is_ours_is_in_nobody_s_way(
    places: Path, template_database: Path
) -> None:
    first = new_store(places, template_database, "first.sqlite")
    with first.writing() as session:
        fields = {"contact": '=1,"', "notes": "\r\n\"', #TYPE", "company": "a\nb\rc"}
        servers.add(session, "DC01", ServerFields(license_server_id="S" * 35, **fields))
    bring(
        first, {"packs.json": json.dumps([{"KeyPackId": 3, "Server": "DC01", "TotalLicenses": 999}]).encode()}
    )
    listed = [
        {"LicenseId": n, "KeyPackId": 3, "Server": "DC01", "LicenseStatus": 2}
        | dict.fromkeys(("sIssuedToUser", "sIssuedToComputer", "sHardwareId"), text)
        for n, text in enumerate(TEXTS)
    ]
    bring(first, {"licenses.json": json.dumps(listed).encode()})
    with first.writing() as session:
        purchase = {
            "program": "other",
            "number": "0123456",
            "license_key_pack_id": "0" * 35,
            "reseller": "=\t'x",
        }
        pack = session.query(KeyPackRow).one()
        packs.change(
            session, pack, PackFields(notes='"\r,\n#', purchase_ref="PO 0012", **purchase), reason="x"
        )
    for file_format in ("csv", "json"):
        files = export_bytes(first, file_format)
        second = new_store(places, template_database, "second.sqlite")
        bring(second, files)
        again = rows(export_bytes(second, file_format))
        assert again == rows(files)
        assert [row["sIssuedToComputer"] for row in again["licenses"]] == [text.strip() for text in TEXTS]
        assert again["servers"][0]["Company"] == "a\nb\rc"
        second.close()
    first.close()


@settings(max_examples=25)
@given(stores())
def test_what_was_exported_comes_back_into_an_empty_store_as_the_same_rows(
    places: Path, template_database: Path, said
) -> None:
    of_servers, of_packs, of_licenses = said
    first = new_store(places, template_database, "first.sqlite")
    said_files = {"servers": of_servers, "key-packs": of_packs, "licenses": of_licenses}
    bring(first, {f"{name}.json": json.dumps(items).encode() for name, items in said_files.items() if items})
    for file_format in ("csv", "json"):
        files = export_bytes(first, file_format)
        second = new_store(places, template_database, "second.sqlite")
        bring(second, files)
        assert rows(export_bytes(second, file_format)) == rows(files)
        assert export_bytes(second, file_format) == files  # and nothing of ours differs either
        second.close()
    first.close()
