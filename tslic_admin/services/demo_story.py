"""What happened in the sample: a small company's three license servers over eighteen months.

All codes in it spell SAMPLE; no name, number or code belongs to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from tslic_admin.services import (
    licenses,
    packs,
    reissue_calls,
    reissues,
    servers,
    transfers,
)
from tslic_admin.services.acts import find_license, find_request, find_server
from tslic_admin.services.rebuilt import rebuilt
from tslic_admin.services.sample_files import key_pack_file, license_file

OLD, MIDDLE, NEW = "LIC2000", "TSLIC08", "RDLIC22"


class Story(Protocol):
    """Takes in what happened, in days before today."""

    def day(self, before: int) -> str: ...

    def moment(self, before: int) -> datetime: ...

    def do(self, before: int, *acts: Callable[[Session], object]) -> None: ...

    def bring(self, before: int, name: str, content: bytes, server: str) -> None: ...


def sample_code(number: int) -> str:
    """35 characters that nobody can take for a license key pack ID."""
    return "SAMPLE" * 5 + f"{number:05d}"


def _servers(story: Story) -> None:
    story.do(
        545,
        lambda s: servers.add(
            s, OLD, windows_version="2000", role="domain", activation="activated", country="Germany",
            company="Alder and Finch", contact="J. Weber", phone="1-888-571-2048",
            notes="Windows 2000; lists nothing that could be imported. To be retired with the last NT clients.",
        ),
        lambda s: servers.add(
            s, MIDDLE, windows_version="2008r2", role="forest", activation="activated", country="Germany",
            company="Alder and Finch", contact="J. Weber", phone="1-888-571-2048",
            license_server_id=sample_code(8), product_id="00000-000-0000000-00008",
        ),
        lambda s: servers.add(
            s, NEW, windows_version="2022", role="forest", activation="activated", country="Germany",
            company="Alder and Finch", contact="M. Okafor", phone="1-888-571-2048",
            license_server_id=sample_code(22), product_id="00000-00000-00000-AA021",
        ),
        lambda s: packs.add(
            s, find_server(s, OLD), product_version_id="2000", product_type="device", total="20", program="retail",
            number="SAMPLE" * 4 + "1", keypack_id="3", installed_on=story.day(545), reseller="Northgate Software",
            purchase_ref="PO 2003-114",
        ),
        lambda s: packs.add(
            s, find_server(s, OLD), product_version_id="2000", product_type="device", total="5", program="open",
            number="00000000", authorization_number="SAMPLE" * 2 + "001", installed_on=story.day(545),
            notes="Bought with the branch office; the server's Keypack ID was never written down.",
        ),
    )  # fmt: skip


def _middle_aged_server(story: Story) -> None:
    """TSLIC08: a transfer years into its life, then four machines lost at once and a reissue by telephone."""
    stock = [
        (2, "A02-5.00-EX", 6, 3, 0, None, 0),
        (3, "A02-6.00-S", 1, 0, 2, 25, 21),
        (4, "A02-6.00-S", 2, 0, 3, 200, 143),
        (5, "C50-6.00-S", 5, 1, 2, 40, 0),
    ]
    story.bring(540, "tslic08-keypacks.csv", key_pack_file(stock), MIDDLE)
    retail = license_file(3, 21, "BER-PC", 100, story.moment(590), story.moment(-20))
    volume = license_file(4, 143, "HAM-PC", 200, story.moment(600), story.moment(-31))
    story.bring(540, "tslic08-licenses-3.csv", retail, MIDDLE)
    story.bring(540, "tslic08-licenses-4.csv", volume, MIDDLE)
    story.do(
        538,
        lambda s: packs.change(
            s, packs.pack_of(s, MIDDLE, 3), reason="From the purchase papers", program="retail",
            number="SAMPLE" * 4 + "2", installed_on=story.day(900), reseller="Northgate Software",
        ),
        lambda s: packs.change(
            s, packs.pack_of(s, MIDDLE, 4), reason="Volume terms allow a move every 90 days", program="select",
            number="0000000", transfer_policy="after-90-days", purchase_ref="SEL 2011-07",
        ),
    )  # fmt: skip
    story.do(
        402,
        lambda s: transfers.mark(
            s, find_license(s, f"{MIDDLE}/3/4"), to="BER-PC-0412", on=story.day(404),
            client_os="vista-or-later", reason="Mainboard failed, machine replaced",
        ),
        lambda s: transfers.mark(
            s, find_license(s, f"{MIDDLE}/4/17"), to="HAM-PC-0530", on=story.day(403), client_os="vista-or-later",
        ),
    )  # fmt: skip
    story.do(
        333, lambda s: reissues.open_request(s, find_server(s, MIDDLE), reason="Water damage, second floor")
    )
    lost = [f"{MIDDLE}/3/{n}" for n in (4, 7, 8, 9)]
    waiting = ["BER-PC-0601", "BER-PC-0602", "BER-PC-0603", "BER-PC-0604"]
    story.do(
        331,
        lambda s: reissues.collect(
            s, find_request(s, 1),
            [(find_license(s, one), to) for one, to in zip(lost, waiting, strict=True)],
        ),
    )  # fmt: skip
    stock[1] = (3, "A02-6.00-S", 1, 0, 2, 25, 17)
    stock.append((7, "A02-6.00-S", 1, 0, 2, 4, 4))
    story.bring(325, "tslic08-keypacks.csv", key_pack_file(stock), MIDDLE)
    story.do(
        325,
        lambda s: reissue_calls.record(
            s, find_request(s, 1), code=sample_code(1), quantity="4", on=story.day(326), keypack_id="7",
            case="SAMPLE-0001", agent="Ms. Laurent", phone="1-888-571-2048",
        ),
    )  # fmt: skip
    new = license_file(7, 4, "BER-PC", 601, story.moment(325), story.moment(-44))
    story.bring(318, "tslic08-licenses-7.csv", new, MIDDLE)
    renewed = license_file(4, 139, "HAM-PC", 200, story.moment(600), story.moment(-58))
    story.bring(61, "tslic08-licenses-4.csv", renewed, MIDDLE)


def _new_server(story: Story) -> None:
    """RDLIC22: device and user CALs, more users than licenses, and a pool of temporary licenses."""
    stock = [
        (2, "A02-5.00-EX", 6, 3, 0, None, 0),
        (3, "A02-10.01-S", 2, 0, 7, 120, 96),
        (4, "C50-10.01-S", 2, 1, 7, 60, 74),
        (5, "A02-10.01-S", 5, 0, 6, 40, 31),
        (10, "A02-10.01-S", 4, 0, 7, None, 3),
    ]
    story.bring(365, "rdlic22-keypacks.csv", key_pack_file(stock[:3]), NEW)
    story.bring(210, "rdlic22-keypacks.csv", key_pack_file(stock[:4]), NEW)
    story.bring(9, "rdlic22-keypacks.csv", key_pack_file(stock), NEW)
    devices = license_file(3, 96, "MUC-PC", 300, story.moment(240), story.moment(-38))
    story.bring(200, "rdlic22-licenses-3.csv", devices, NEW)
    story.bring(
        200,
        "rdlic22-licenses-5.csv",
        license_file(5, 31, "MUC-NB", 1, story.moment(230), story.moment(-51)),
        NEW,
    )
    story.bring(
        30, "rdlic22-licenses-4.csv", license_file(4, 74, "", 1, story.moment(90), story.moment(-30)), NEW
    )
    story.do(
        95,
        lambda s: transfers.mark(
            s, find_license(s, f"{NEW}/3/12"), to="MUC-PC-0480", on=story.day(96),
            client_os="vista-or-later", host_version="2022", reason="Lease ended",
        ),
    )  # fmt: skip


def _by_hand(story: Story) -> None:
    """LIC2000 lists nothing that can be imported: its licenses are copied from the screen."""
    story.do(
        544,
        *(
            lambda s, n=n: licenses.add(
                s, packs.pack_of(s, OLD, 3), computer=f"LAG-PC-{n:02d}", issued_on=story.day(544 + 31 * n),
                expires_on=story.day(-35 - n),
            )
            for n in (1, 2, 3)
        ),
    )  # fmt: skip


def _rebuilt(story: Story) -> None:
    """RDLIC22's disk failed: it was built anew, and its key packs and licenses began again with number one."""
    old = [(2, "A02-5.00-EX", 6, 3, 0, None, 0), (3, "A02-10.01-S", 2, 0, 7, 100, 12)]
    story.bring(500, "rdlic22-keypacks.csv", key_pack_file(old), NEW)
    devices = license_file(3, 12, "MUC-PC", 280, story.moment(498), story.moment(420))
    story.bring(470, "rdlic22-licenses-3.csv", devices, NEW)
    story.do(
        380,
        lambda s: rebuilt(s, find_server(s, NEW), on=story.day(381), reason="Disk failed, no backup of the database"),
        lambda s: servers.change(
            s, find_server(s, NEW), product_id="00000-00000-00000-AA022", reason="Activated again by telephone"
        ),
    )  # fmt: skip


STOCK = (_servers, _by_hand, _middle_aged_server, _rebuilt, _new_server)
