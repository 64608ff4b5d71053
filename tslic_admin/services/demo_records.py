"""What was recorded in the sample: a mistake taken back, removals, a request that is parked, a reissue that was linked."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from tslic_admin.services import reissue_calls, reissues, removals, transfers, voiding
from tslic_admin.services.acts import find_license, find_request, find_server, find_transfer
from tslic_admin.services.client_files import ReadFile
from tslic_admin.services.demo_story import MIDDLE, NEW, Story, sample_code
from tslic_admin.services.sample_files import key_pack_file, license_file


def _mistake(story: Story) -> None:
    """A transfer typed into the wrong row: voided, and marked again where it belongs."""

    def mark(session: Session, license_: str) -> None:
        transfers.mark(
            session, find_license(session, license_), to="MUC-PC-0481", on=story.day(91),
            client_os="vista-or-later", reason="Lease ended",
        )  # fmt: skip

    story.do(
        90,
        lambda s: mark(s, f"{NEW}/3/13"),
        lambda s: voiding.void(s, voiding.entry_behind(s, "transfer", 4), reason="Typed into the wrong row"),
        lambda s: mark(s, f"{NEW}/3/14"),
    )


def _removals(story: Story) -> None:
    """What became of the licenses on old clients: one removed with evidence, one not, others still awaited."""
    evidence = ReadFile("key.reg", hashlib.sha256(b"sample of an exported key").hexdigest(), b"REGEDIT4")
    story.do(
        398,
        lambda s: removals.removed(s, find_transfer(s, 1), on=story.day(399), by="J. Weber", backup=evidence),
    )

    def retired(session: Session, license_: str) -> removals.GivenUp:
        return removals.retired_license(
            session, find_request(session, 1), find_license(session, f"{MIDDLE}/3/{license_}")
        )

    story.do(
        320,
        lambda s: removals.removed(s, retired(s, "8"), on=story.day(321), by="J. Weber"),
        lambda s: removals.not_intended(s, retired(s, "9"), reason="Destroyed by the water"),
    )


def _linked_reissue(story: Story) -> None:
    """Two notebooks replaced in one call; the new key pack shows up in the server's next list by itself."""
    lost = [f"{NEW}/5/{n}" for n in (3, 4)]
    story.do(
        6,
        lambda s: reissues.open_request(s, find_server(s, NEW), reason="Notebooks of the sales team"),
        lambda s: reissues.collect(
            s,
            find_request(s, 3),
            [(find_license(s, one), f"MUC-NB-004{n}") for n, one in enumerate(lost, start=1)],
        ),
    )
    story.do(
        5,
        lambda s: reissue_calls.record(
            s, find_request(s, 3), code=sample_code(3), quantity="2", on=story.day(5), case="SAMPLE-0003",
            agent="Mr. Haddad", phone="1-888-571-2048",
        ),
    )  # fmt: skip
    stock = [(11, "A02-10.01-S", 5, 0, 6, 2, 2)]
    story.bring(3, "rdlic22-keypacks.csv", key_pack_file(stock), NEW)
    got = license_file(11, 2, "MUC-NB", 41, story.moment(30), story.moment(-58))
    story.bring(3, "rdlic22-licenses-11.csv", got, NEW)


def _parked_request(story: Story) -> None:
    """Two machines were stolen; their successors run on temporary licenses, one of them nearly over."""
    temporary = (
        license_file(10, 1, "MUC-PC", 501, story.moment(85), story.moment(-5), status=1, first=1)
        + license_file(
            10, 1, "MUC-PC", 502, story.moment(50), story.moment(-40), status=1, first=2, header=False
        )
        + license_file(
            10, 1, "MUC-PC", 503, story.moment(93), story.moment(3), status=1, first=3, header=False
        )
    )
    story.bring(9, "rdlic22-licenses-10.csv", temporary, NEW)
    story.do(
        8,
        lambda s: reissues.open_request(s, find_server(s, NEW), reason="Stolen from the depot"),
        lambda s: reissues.collect(
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
        lambda s: reissues.save_draft(
            s, find_request(s, 2), {"phone": "1-888-571-2048", "agent": "Mr. Haddad", "case": "SAMPLE-0002"}
        ),
    )


RECORDS = (_mistake, _removals, _parked_request, _linked_reissue)
