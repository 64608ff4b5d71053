"""A store with at least one row in each recorded table, all of it recorded by the program's own acts."""

from __future__ import annotations

from datetime import UTC, datetime

from tslic_admin.db.schema.tables import ColumnMappingRow, RequestRow
from tslic_admin.db.store import Store
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.lookup import find_license, find_server
from tslic_admin.services.records import packs, servers, transfers
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.sample.files import key_pack_file, license_file

CODE = "AAAAABBBBBCCCCCDDDDDEEEEEFFFFFGGGGG"
NEW_CODE = "HHHHHJJJJJKKKKKLLLLLMMMMMNNNNNPPPPP"
SERVER_ID = "QQQQQRRRRRSSSSSTTTTTVVVVVWWWWWXXXXX"
SERVER_FILE = (
    "FirstName,LastName,Company,CountryRegion,eMail,OrgUnit,Address,City,State,PostalCode,ServerRole,"
    "DatabasePath,ProductId,Version,VersionNumber\n"
    "Ann,Admin,Example,Germany,a@example.com,IT,1 Street,Town,BY,80331,1,"
    "C:\\LServer,00252-20000-35572-AT477,6.0,12\n"
)


def take_in(store: Store, *files: tuple[str, bytes], server: str | None = "DC01") -> imports.ImportResult:
    """Import files as they come from one server."""
    with (
        stage(
            [SourceFile(*file) for file in files], ImportOptions(server=server, date_order="mdy")
        ) as staged,
        store.writing() as session,
    ):
        return imports.apply(session, staged)


def lists(licenses: int) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """A list of key packs and one of their issued licenses, as a server exports them."""
    issued, expires = datetime(2026, 1, 5, 10, tzinfo=UTC), datetime(2026, 3, 20, 10, tzinfo=UTC)
    stock = [(3, "A02-6.00-S", 2, 0, 2, max(licenses, 10), licenses)]
    rows = license_file(3, licenses, "PC", 1, issued, expires)
    return ("packs.csv", key_pack_file(stock)), ("licenses.csv", rows)


def report(*computers: str) -> bytes:
    """A per-device report: evidence of licenses."""
    rows = "".join(f"{name},,20260320100000.000000-000,TS or RDS Per Device CAL,,2\n" for name in computers)
    return (
        "sIssuedToComputer,sHardwareId,ExpirationDate,CALType,ProductVersion,ProductVersionID\n" + rows
    ).encode()


def fill(store: Store) -> None:
    """A server, packs of all origins but one, licenses, a transfer, a recorded request and an open one."""
    with store.writing() as session:
        servers.add(
            session,
            "DC01.example.com",
            servers.ServerFields(license_server_id=SERVER_ID, phone="+49 89 1", notes="in the cellar"),
        )
    with store.writing() as session:
        packs.add(
            session,
            find_server(session, "DC01"),
            packs.PackFields(
                product_version_id="2",
                product_type="0",
                total="5",
                program="open",
                license_key_pack_id=CODE,
                number="12345678",
                authorization_number="12345678ZZE1234",
            ),
        )
    take_in(
        store, ("server.csv", SERVER_FILE.encode()), *lists(4), ("devices.csv", report("PC-0001", "NOWHERE"))
    )
    with store.writing() as session:
        transfers.mark(session, find_license(session, "DC01/3/1"), to="PC7", on="2026-02-01", reason="broken")
    with store.writing() as session:
        # as column_mappings.save puts it; here in the entry of another act
        session.add(ColumnMappingRow(digest="c" * 64, headings='["A", "B"]', subject="licenses", fields="[]"))
        done = requests.open_request(session, find_server(session, "DC01"), reason="stolen")
    with store.writing() as session:
        request = session.get_one(RequestRow, done.record)
        licenses = [(find_license(session, f"DC01/3/{number}"), f"PC8{number}") for number in (2, 3, 4)]
        requests.collect(session, request, licenses)
    with store.writing() as session:
        request = session.get_one(RequestRow, done.record)
        requests.drop(session, request, [find_license(session, "DC01/3/4")])
    with store.writing() as session:
        request = session.get_one(RequestRow, done.record)
        calls.record(
            session, request, calls.ReissueCall(code=NEW_CODE, quantity="2", on="2026-03-01", agent="Kim")
        )
    with store.writing() as session:
        request = session.get_one(RequestRow, done.record)
        requests.open_request(session, find_server(session, "DC01"), same_call_as=request)
