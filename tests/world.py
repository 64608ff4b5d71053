"""The world: a store with a row in every list, recorded by the program's own acts, that knows what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from tslic_admin.db.schema.tables import ColumnMappingRow, RequestRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.catalogue.licenses import LicenseFields
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.services.changes import ActResult
from tslic_admin.services.history import voiding
from tslic_admin.services.importing import imports
from tslic_admin.services.importing.files import ImportOptions, SourceFile
from tslic_admin.services.importing.staging import stage
from tslic_admin.services.lookup import find_license, find_server
from tslic_admin.services.records import closing, licenses, packs, servers, transfers
from tslic_admin.services.records.licenses import find_pack_on_server
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.sample.files import key_pack_file, license_file

CODE = "AAAAABBBBBCCCCCDDDDDEEEEEFFFFFGGGGG"
NEW_CODE = "HHHHHJJJJJKKKKKLLLLLMMMMMNNNNNPPPPP"
SERVER_ID = "QQQQQRRRRRSSSSSTTTTTVVVVVWWWWWXXXXX"
NASTY = 'ИВАН "the, boss"\n=cmd'
"""What is hard to write into a file."""
SERVER_FILE = (
    "FirstName,LastName,Company,CountryRegion,eMail,OrgUnit,Address,City,State,PostalCode,ServerRole,"
    "DatabasePath,ProductId,Version,VersionNumber\n"
    "Ann,Admin,Example,Germany,a@example.com,IT,1 Street,Town,BY,80331,1,"
    "C:\\LServer,00252-20000-35572-AT477,6.0,12\n"
)
LICENSE_HEADINGS = (
    "KeyPackId,LicenseId,sIssuedToComputer,sIssuedToUser,LicenseStatus,IssueDate,ExpirationDate,sHardwareId"
)
T = TypeVar("T")


def take_in(
    store: Store, *files: tuple[str, bytes], server: str | None = "DC01", taken_at: datetime | None = None
) -> imports.ImportResult:
    """Import files as they come from one server."""
    options = ImportOptions(server=server, date_order="mdy", taken_at=taken_at)
    with (
        stage([SourceFile(*file) for file in files], options) as staged,
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


LISTED_ENTRIES = 2
"""The entries of `import_listed`."""


def import_listed(store: Store, server: str) -> None:
    """A server with a pack of three licenses, a pool of temporary ones with one, and a license that ended.

    Two imports: the later list has the licenses of the earlier one but OLD's.
    """
    summary = (
        "server.csv",
        b"Name,ServerRole,Version,VersionNumber\n%b,1,Windows Server 2019,10\n" % server.encode(),
    )
    stock = ("packs.csv", key_pack_file([(3, "A02-10.01-S", 2, 0, 6, 10, 3), (4, "", 4, 0, 6, None, 1)]))
    active = "2,2026-01-05T10:00:00Z,2026-03-20T10:00:00Z"
    rows = [
        f"3,1,PC1,,{active},",
        f"3,2,PC2,corp.example\\a.user,{active},0001aabb",
        f"3,3,PC3,,{active},{'0' * 36}",
        "4,1,NEW,,1,2026-01-05T10:00:00Z,2026-03-30T10:00:00Z,",
    ]
    old = f"3,9,OLD,,{active},"
    for day, listed in (("2026-01-01", [*rows, old]), ("2026-02-01", rows)):
        text = "\n".join([LICENSE_HEADINGS, *listed, ""])
        taken = datetime.fromisoformat(f"{day}T00:00:00Z")
        take_in(store, summary, stock, ("licenses.csv", text.encode()), server=server, taken_at=taken)


@dataclass
class World:
    """What the store holds, written down while it was made: references of things, numbers of requests and transfers.

    `licenses` are issued now, pools' temporary ones among them; `packs` are open.
    """

    store: Store
    servers: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    ended_packs: list[str] = field(default_factory=list)
    voided_packs: list[str] = field(default_factory=list)
    licenses: list[str] = field(default_factory=list)
    temporary: list[str] = field(default_factory=list)
    ended_licenses: list[str] = field(default_factory=list)
    voided_licenses: list[str] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    open_requests: list[int] = field(default_factory=list)
    ended_requests: list[int] = field(default_factory=list)
    collected: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    transfers: list[int] = field(default_factory=list)
    voided_transfers: list[int] = field(default_factory=list)
    entries: int = 0

    @property
    def awaiting_removal(self) -> int:
        """Licenses that were given up and are still on their old computers."""
        return len(self.transfers) + len(self.retired)

    def do(self, act: Callable[[Session], T]) -> T:
        """One act in an entry of its own."""
        with self.store.writing() as session:
            done = act(session)
        self.entries += 1
        return done

    def take_in(self, *files: tuple[str, bytes], server: str = "DC01") -> None:
        take_in(self.store, *files, server=server)
        self.entries += 1

    def take_listed(self, server: str) -> None:
        import_listed(self.store, server)
        self.entries += LISTED_ENTRIES
        self.servers.append(server)
        self.packs += [f"{server}/3", f"{server}/4"]
        self.temporary.append(f"{server}/4/1")
        self.licenses += [*(f"{server}/3/{number}" for number in (1, 2, 3)), f"{server}/4/1"]
        self.ended_licenses.append(f"{server}/3/9")

    def in_request(self, number: int, act: Callable[[Session, RequestRow], T]) -> T:
        return self.do(lambda session: act(session, session.get_one(RequestRow, number)))

    def open_request(self, server: str, same_call_as: int | None = None, reason: str | None = None) -> int:
        def act(session: Session) -> ActResult:
            other = session.get_one(RequestRow, same_call_as) if same_call_as else None
            return requests.open_request(
                session, find_server(session, server), same_call_as=other, reason=reason
            )

        number = made(self.do(act))
        self.requests.append(number)
        self.open_requests.append(number)
        return number

    def collect(self, request: int, waiting: dict[str, str | None]) -> None:
        """Put licenses into a request, each with the computer that waits for it."""
        self.in_request(
            request,
            lambda session, row: requests.collect(
                session, row, [(find_license(session, name), computer) for name, computer in waiting.items()]
            ),
        )
        self.collected += waiting

    def drop(self, request: int, name: str) -> None:
        self.in_request(
            request, lambda session, row: requests.drop(session, row, [find_license(session, name)])
        )
        self.collected.remove(name)
        self.dropped.append(name)

    def record_call(self, request: int, pack: str, licenses: list[str], **call: Any) -> None:
        """Record what the Clearinghouse gave for the licenses of a request: they are retired for a new pack."""
        self.in_request(request, lambda session, row: calls.record(session, row, calls.ReissueCall(**call)))
        self.open_requests.remove(request)
        self.packs.append(pack)
        self.retired += licenses
        for name in licenses:
            self.collected.remove(name)

    def transfer(self, name: str, **details: Any) -> int:
        done = self.do(
            lambda session: transfers.mark(
                session, find_license(session, name), transfers.TransferFields(**details)
            ),
        )
        self.transfers.append(made(done))
        return self.transfers[-1]

    def void_last(self, kept: list[T], voided: list[T]) -> None:
        """Void the last entry and the thing that it made, the last of `kept`."""
        last = self.entries
        self.do(lambda session: voiding.void(session, last, reason="recorded by mistake"))
        voided.append(kept.pop())


def made(done: ActResult) -> int:
    assert done.record is not None
    return done.record


def build_world(store: Store) -> World:
    world = World(store)
    _purchased(world)
    _listed(world)
    _ended(world)
    return world


def _purchased(world: World) -> None:
    """DC01.example.com: packs of all origins but one, licenses, a transfer, a recorded request and an open one."""
    world.do(
        lambda session: servers.add(
            session,
            "DC01.example.com",
            ServerFields(license_server_id=SERVER_ID, phone="+49 89 1", notes="in the cellar"),
        )
    )
    world.servers.append("DC01.example.com")
    world.do(
        lambda session: packs.add(
            session,
            find_server(session, "DC01"),
            PackFields(
                product_version_id="2",
                product_type="0",
                total="5",
                program="open",
                license_key_pack_id=CODE,
                number="12345678",
                authorization_number="12345678ZZE1234",
            ),
        )
    )
    world.packs.append("DC01.example.com/#1")
    world.take_in(
        ("server.csv", SERVER_FILE.encode()), *lists(4), ("devices.csv", report("PC-0001", "NOWHERE"))
    )
    world.packs.append("DC01.example.com/3")
    world.licenses += [f"DC01.example.com/3/{number}" for number in (1, 2, 3, 4)]
    world.transfer("DC01/3/1", to="PC7", on="2026-02-01", reason="broken")

    def open_with_mapping(session: Session) -> ActResult:
        # as column_mappings.save puts it; here in the entry of another act
        session.add(ColumnMappingRow(digest="c" * 64, headings='["A", "B"]', subject="licenses", fields="[]"))
        return requests.open_request(session, find_server(session, "DC01"), reason="stolen")

    request = made(world.do(open_with_mapping))
    world.requests.append(request)
    world.open_requests.append(request)
    world.collect(request, {f"DC01/3/{number}": f"PC8{number}" for number in (2, 3, 4)})
    world.drop(request, "DC01/3/4")
    call = {"code": NEW_CODE, "quantity": "2", "on": "2026-03-01", "agent": "Kim"}
    world.record_call(request, "DC01.example.com/#3", ["DC01/3/2", "DC01/3/3"], **call)
    world.open_request("DC01", same_call_as=request)


def _listed(world: World) -> None:
    """LIC02 as `import_listed` has it, with things that were voided, and a request for which a computer waits."""
    world.take_listed("LIC02")
    world.transfer("LIC02/3/1", to="PC9", on="2026-02-10", reason="broken screen")
    world.transfer("LIC02/3/2", to="PC8", on="2026-02-20", reason="sold")
    world.void_last(world.transfers, world.voided_transfers)
    request = world.open_request("LIC02", reason="lost")
    world.collect(request, {"LIC02/3/2": "NEW", "LIC02/3/3": None})
    world.do(
        lambda session: licenses.add(
            session, find_pack_on_server(session, "LIC02", "3"), LicenseFields(computer="TYPO")
        )
    )
    world.licenses.append("LIC02/3/#TYPO")
    world.void_last(world.licenses, world.voided_licenses)
    world.do(
        lambda session: packs.add(
            session,
            find_server(session, "LIC02"),
            PackFields(product_version_id="6", product_type="0", total="7"),
        )
    )
    world.packs.append("LIC02/#6")
    world.void_last(world.packs, world.voided_packs)
    world.do(
        lambda session: packs.change(
            session,
            find_pack_on_server(session, "LIC02", "3"),
            PackFields(notes=NASTY),
            reason="=bought later",
        )
    )
    world.do(
        lambda session: licenses.add(
            session, find_pack_on_server(session, "LIC02", "4"), LicenseFields(computer="TYPO2")
        )
    )
    world.licenses.append("LIC02/4/#TYPO2")
    world.void_last(world.licenses, world.voided_licenses)


def _ended(world: World) -> None:
    """TS2K was listed and then rebuilt, so nothing of it is current; a request that was withdrawn."""
    world.take_listed("TS2K")
    world.do(
        lambda session: closing.record_rebuild(
            session, find_server(session, "TS2K"), on="2026-02-15", reason="disk broke"
        )
    )
    of_server = "TS2K/"
    world.ended_packs += [name for name in world.packs if name.startswith(of_server)]
    world.packs = [name for name in world.packs if not name.startswith(of_server)]
    world.ended_licenses += [name for name in world.licenses if name.startswith(of_server)]
    world.licenses = [name for name in world.licenses if not name.startswith(of_server)]
    world.temporary = [name for name in world.temporary if not name.startswith(of_server)]
    request = world.open_request("TS2K", reason="disk broke")
    world.in_request(request, lambda session, row: requests.withdraw(session, row, reason="not needed"))
    world.open_requests.remove(request)
    world.requests.remove(request)
    world.ended_requests.append(request)
