"""The events of the sample: three license servers of a small company over eighteen months."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from tslic_admin.domain.catalogue.key_packs import PackFields
from tslic_admin.domain.catalogue.licenses import LicenseFields
from tslic_admin.domain.catalogue.servers import ServerFields
from tslic_admin.services.evidence.client_licenses import ClientFileContent
from tslic_admin.services.history import voiding
from tslic_admin.services.lookup import find_license, find_request, find_server, find_transfer
from tslic_admin.services.records import licenses, packs, removals, servers, transfers
from tslic_admin.services.records.closing import record_rebuild
from tslic_admin.services.reissue import calls, requests
from tslic_admin.services.reissue.worksheets import Draft
from tslic_admin.services.sample.files import key_pack_file, license_file

OLD, MIDDLE, NEW = "LIC2000", "TSLIC08", "RDLIC22"


class Story(Protocol):
    """Collects the acts of the sample, each on a day counted back from today."""

    def day(self, days_ago: int) -> str: ...

    def moment(self, days_ago: int) -> datetime: ...

    def do(self, days_ago: int, *acts: Callable[[Session], object]) -> None: ...

    def import_file(self, days_ago: int, name: str, content: bytes, server: str) -> None: ...


def sample_code(number: int) -> str:
    """35 characters that nobody can take for a license key pack ID."""
    return "SAMPLE" * 5 + f"{number:05d}"


def _servers(story: Story) -> None:
    story.do(
        545,
        lambda s: servers.add(
            s, OLD, ServerFields(windows_version="2000", role="domain", activation="activated",
            country="Germany", company="Alder and Finch", contact="J. Weber", phone="1-888-571-2048",
            notes="Windows 2000; lists nothing that could be imported. To be retired with the last NT clients.")),
        lambda s: servers.add(
            s, MIDDLE, ServerFields(windows_version="2008r2", role="forest", activation="activated",
            country="Germany", company="Alder and Finch", contact="J. Weber", phone="1-888-571-2048",
            license_server_id=sample_code(8), product_id="00000-000-0000000-00008")),
        lambda s: servers.add(
            s, NEW, ServerFields(windows_version="2022", role="forest", activation="activated",
            country="Germany", company="Alder and Finch", contact="M. Okafor", phone="1-888-571-2048",
            license_server_id=sample_code(22), product_id="00000-00000-00000-AA021")),
        lambda s: packs.add(
            s, find_server(s, OLD), PackFields(product_version_id="2000", product_type="device", total="20",
            program="retail", number="SAMPLE" * 4 + "1", keypack_id="3", installed_on=story.day(545),
            reseller="Northgate Software", purchase_ref="PO 2003-114")),
        lambda s: packs.add(
            s, find_server(s, OLD), PackFields(product_version_id="2000", product_type="device", total="5",
            program="open", number="00000000", authorization_number="SAMPLE" * 2 + "001",
            installed_on=story.day(545),
            notes="Bought with the branch office; the server's Keypack ID was never written down.")),
    )  # fmt: skip


def _middle_aged_server(story: Story) -> None:
    """TSLIC08: two transfers, then four machines lost at once and a reissue by telephone."""
    stock = [
        (2, "A02-5.00-EX", 6, 3, 0, None, 0),
        (3, "A02-6.00-S", 1, 0, 2, 25, 21),
        (4, "A02-6.00-S", 2, 0, 3, 200, 143),
        (5, "C50-6.00-S", 5, 1, 2, 40, 0),
    ]
    story.import_file(540, "tslic08-keypacks.csv", key_pack_file(stock), MIDDLE)
    retail = license_file(3, 21, "BER-PC", 100, story.moment(590), story.moment(-20))
    volume = license_file(4, 143, "HAM-PC", 200, story.moment(600), story.moment(-31))
    story.import_file(540, "tslic08-licenses-3.csv", retail, MIDDLE)
    story.import_file(540, "tslic08-licenses-4.csv", volume, MIDDLE)
    story.do(
        538,
        lambda s: packs.change(
            s, packs.find_open_pack(s, MIDDLE, 3), PackFields(program="retail", number="SAMPLE" * 4 + "2",
            installed_on=story.day(900), reseller="Northgate Software"), reason="From the purchase papers"),
        lambda s: packs.change(
            s, packs.find_open_pack(s, MIDDLE, 4), PackFields(program="select", number="0000000",
            transfer_policy="after-90-days", purchase_ref="SEL 2011-07"),
            reason="Volume terms allow a move every 90 days"),
    )  # fmt: skip
    story.do(
        402,
        lambda s: transfers.mark(
            s, find_license(s, f"{MIDDLE}/3/4"), transfers.TransferFields(to="BER-PC-0412", on=story.day(404),
            client_os="vista-or-later", reason="Mainboard failed, machine replaced")),
        lambda s: transfers.mark(
            s, find_license(s, f"{MIDDLE}/4/17"), transfers.TransferFields(to="HAM-PC-0530", on=story.day(403),
            client_os="vista-or-later")),
    )  # fmt: skip
    story.do(
        333, lambda s: requests.open_request(s, find_server(s, MIDDLE), reason="Water damage, second floor")
    )
    references = [f"{MIDDLE}/3/{n}" for n in (4, 7, 8, 9)]
    waiting = ["BER-PC-0601", "BER-PC-0602", "BER-PC-0603", "BER-PC-0604"]
    story.do(
        331,
        lambda s: requests.collect(
            s, find_request(s, 1),
            [(find_license(s, one), to) for one, to in zip(references, waiting, strict=True)],
        ),
    )  # fmt: skip
    stock[1] = (3, "A02-6.00-S", 1, 0, 2, 25, 17)
    stock.append((7, "A02-6.00-S", 1, 0, 2, 4, 4))
    story.import_file(325, "tslic08-keypacks.csv", key_pack_file(stock), MIDDLE)
    story.do(
        325,
        lambda s: calls.record(
            s, find_request(s, 1), calls.ReissueCall(code=sample_code(1), quantity="4", on=story.day(326),
            keypack_id="7", case="SAMPLE-0001", agent="Ms. Laurent", phone="1-888-571-2048")),
    )  # fmt: skip
    new = license_file(7, 4, "BER-PC", 601, story.moment(325), story.moment(-44))
    story.import_file(318, "tslic08-licenses-7.csv", new, MIDDLE)
    renewed = license_file(4, 139, "HAM-PC", 200, story.moment(600), story.moment(-58))
    story.import_file(61, "tslic08-licenses-4.csv", renewed, MIDDLE)


def _new_server(story: Story) -> None:
    """RDLIC22: device and user CALs, more users than licenses, and a pool of temporary licenses."""
    stock = [
        (2, "A02-5.00-EX", 6, 3, 0, None, 0),
        (3, "A02-10.01-S", 2, 0, 7, 120, 96),
        (4, "C50-10.01-S", 2, 1, 7, 60, 74),
        (5, "A02-10.01-S", 5, 0, 6, 40, 31),
        (10, "A02-10.01-S", 4, 0, 7, None, 3),
    ]
    story.import_file(365, "rdlic22-keypacks.csv", key_pack_file(stock[:3]), NEW)
    story.import_file(210, "rdlic22-keypacks.csv", key_pack_file(stock[:4]), NEW)
    story.import_file(9, "rdlic22-keypacks.csv", key_pack_file(stock), NEW)
    devices = license_file(3, 96, "MUC-PC", 300, story.moment(240), story.moment(-38))
    story.import_file(200, "rdlic22-licenses-3.csv", devices, NEW)
    story.import_file(
        200,
        "rdlic22-licenses-5.csv",
        license_file(5, 31, "MUC-NB", 1, story.moment(230), story.moment(-51)),
        NEW,
    )
    story.import_file(
        30, "rdlic22-licenses-4.csv", license_file(4, 74, "", 1, story.moment(90), story.moment(-30)), NEW
    )
    story.do(
        95,
        lambda s: transfers.mark(
            s, find_license(s, f"{NEW}/3/12"), transfers.TransferFields(to="MUC-PC-0480", on=story.day(96),
            client_os="vista-or-later", host_version="2022", reason="Lease ended")),
    )  # fmt: skip


def _hand_made_licenses(story: Story) -> None:
    """LIC2000 lists nothing that can be imported: its licenses are copied from the screen."""
    story.do(
        544,
        *(
            lambda s, n=n: licenses.add(
                s, packs.find_open_pack(s, OLD, 3), LicenseFields(computer=f"LAG-PC-{n:02d}",
                issued_at=story.day(544 + 31 * n), expires_at=story.day(-35 - n)))
            for n in (1, 2, 3)
        ),
    )  # fmt: skip


def _rebuilt_server(story: Story) -> None:
    """RDLIC22: its disk failed, the server was rebuilt, and its Keypack IDs and License IDs started again."""
    old = [(2, "A02-5.00-EX", 6, 3, 0, None, 0), (3, "A02-10.01-S", 2, 0, 7, 100, 12)]
    story.import_file(500, "rdlic22-keypacks.csv", key_pack_file(old), NEW)
    devices = license_file(3, 12, "MUC-PC", 280, story.moment(498), story.moment(420))
    story.import_file(470, "rdlic22-licenses-3.csv", devices, NEW)
    story.do(
        380,
        lambda s: record_rebuild(s, find_server(s, NEW), on=story.day(381), reason="Disk failed, no backup of the database"),
        lambda s: servers.change(
            s, find_server(s, NEW), ServerFields(product_id="00000-00000-00000-AA022"),
            reason="Activated again by telephone"),
    )  # fmt: skip


STOCK_CHAPTERS = (_servers, _hand_made_licenses, _middle_aged_server, _rebuilt_server, _new_server)


def _voided_transfer(story: Story) -> None:
    """A transfer marked on the wrong license: voided, and marked again on the right one."""

    def mark(session: Session, license_: str) -> None:
        transfers.mark(
            session, find_license(session, license_), transfers.TransferFields(to="MUC-PC-0481", on=story.day(91),
            client_os="vista-or-later", reason="Lease ended"))  # fmt: skip

    story.do(
        90,
        lambda s: mark(s, f"{NEW}/3/13"),
        lambda s: voiding.void(s, voiding.entry_behind(s, "transfer", 4), reason="Typed into the wrong row"),
        lambda s: mark(s, f"{NEW}/3/14"),
    )


def _removals(story: Story) -> None:
    """Removals from old clients: one with evidence, one without, one that is not intended; others are awaited."""
    evidence = ClientFileContent(
        "key.reg", hashlib.sha256(b"sample of an exported key").hexdigest(), b"REGEDIT4"
    )
    story.do(
        398,
        lambda s: removals.record_removed(
            s, find_transfer(s, 1), on=story.day(399), by="J. Weber", backup=evidence
        ),
    )

    def retired(session: Session, license_: str) -> removals.GivenUpRow:
        return removals.retired_license(
            session, find_request(session, 1), find_license(session, f"{MIDDLE}/3/{license_}")
        )

    story.do(
        320,
        lambda s: removals.record_removed(s, retired(s, "8"), on=story.day(321), by="J. Weber"),
        lambda s: removals.record_not_intended(s, retired(s, "9"), reason="Destroyed by the water"),
    )


def _linked_reissue(story: Story) -> None:
    """Two notebooks replaced in one call; the next list of the server contains the new key pack."""
    references = [f"{NEW}/5/{n}" for n in (3, 4)]
    story.do(
        6,
        lambda s: requests.open_request(s, find_server(s, NEW), reason="Notebooks of the sales team"),
        lambda s: requests.collect(
            s,
            find_request(s, 3),
            [(find_license(s, one), f"MUC-NB-004{n}") for n, one in enumerate(references, start=1)],
        ),
    )
    story.do(
        5,
        lambda s: calls.record(
            s, find_request(s, 3), calls.ReissueCall(code=sample_code(3), quantity="2", on=story.day(5),
            case="SAMPLE-0003", agent="Mr. Haddad", phone="1-888-571-2048")),
    )  # fmt: skip
    stock = [(11, "A02-10.01-S", 5, 0, 6, 2, 2)]
    story.import_file(3, "rdlic22-keypacks.csv", key_pack_file(stock), NEW)
    new = license_file(11, 2, "MUC-NB", 41, story.moment(30), story.moment(-58))
    story.import_file(3, "rdlic22-licenses-11.csv", new, NEW)


def _parked_request(story: Story) -> None:
    """An open request with a draft: two machines were stolen, their replacements run on temporary licenses."""
    temporary = (
        license_file(10, 1, "MUC-PC", 501, story.moment(85), story.moment(-5), status=1, first=1)
        + license_file(
            10, 1, "MUC-PC", 502, story.moment(50), story.moment(-40), status=1, first=2, header=False
        )
        + license_file(
            10, 1, "MUC-PC", 503, story.moment(93), story.moment(3), status=1, first=3, header=False
        )
    )
    story.import_file(9, "rdlic22-licenses-10.csv", temporary, NEW)
    story.do(
        8,
        lambda s: requests.open_request(s, find_server(s, NEW), reason="Stolen from the depot"),
        lambda s: requests.collect(
            s,
            find_request(s, 2),
            [
                (find_license(s, f"{NEW}/3/21"), "MUC-PC-0501"),
                (find_license(s, f"{NEW}/3/22"), "MUC-PC-0502"),
            ],
        ),
    )
    story.do(
        7,
        lambda s: requests.save_draft(
            s,
            find_request(s, 2),
            Draft({"phone": "1-888-571-2048", "agent": "Mr. Haddad", "case": "SAMPLE-0002"}),
        ),
    )


RECORD_CHAPTERS = (_voided_transfer, _removals, _parked_request, _linked_reissue)
