"""License servers as they live in the model: they issue, renew, upgrade, forget, reuse numbers, are rebuilt.

Nothing here knows the program. A server's rows have the names of WMI's properties; what a list said on a day
is a `Listing`, a copy that may be read late, twice or never.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

UNLIMITED = 4294967295
NEVER = "2038-01-01T00:00:00Z"
Row = dict[str, Any]
Pick = Callable[[Sequence[Any]], Any]

VERSIONS = {0: "Windows 2000 Server", 6: "Windows Server 2019", 7: "Windows Server 2022"}
# Description, KeyPackType, ProductType, ProductVersionID
KINDS = {
    "device": ("A02-10.01-S", 2, 0, 6),
    "newer": ("A02-10.02-S", 2, 0, 7),
    "user": ("C50-10.01-S", 2, 1, 6),
    "temporary": ("A02-10.01-S", 4, 0, 6),
    "built-in": ("A02-5.00-EX", 6, 3, 0),
}


@dataclass
class Computer:
    """A client. Its hardware ID stays when it is renamed, and is another one when it was set up anew."""

    name: str
    hardware: str


@dataclass(frozen=True)
class Listing:
    """What a server listed at a time. `taken`: whole seconds, UTC."""

    server: str
    taken: datetime
    itself: Row
    packs: tuple[Row, ...]
    licenses: tuple[Row, ...]


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class LicenseServer:
    name: str
    generation: int = 1
    packs: dict[int, Row] = field(default_factory=dict)
    licenses: dict[tuple[int, int], Row] = field(default_factory=dict)
    next_pack: int = 1
    away: list[tuple[Row, dict[tuple[int, int], Row]]] = field(default_factory=list)  # uninstalled

    @property
    def product_id(self) -> str:
        return f"0025{self.generation}-20000-35572-AT{sum(map(ord, self.name)) % 1000:03d}"

    def install(self, kind: str, total: int = UNLIMITED) -> int:
        description, key_pack_type, product_type, version = KINDS[kind]
        number, self.next_pack = self.next_pack, self.next_pack + 1
        self.packs[number] = {
            "KeyPackId": number, "Description": description, "KeyPackType": key_pack_type,
            "ProductType": product_type, "ProductVersion": VERSIONS[version], "ProductVersionID": version,
            "TotalLicenses": total, "ExpirationDate": NEVER,
        }  # fmt: skip
        return number

    def of_kind(self, *kinds: str) -> list[int]:
        descriptions = {KINDS[kind] for kind in kinds}
        return [
            number
            for number, row in self.packs.items()
            if (row["Description"], row["KeyPackType"], row["ProductType"], row["ProductVersionID"])
            in descriptions
        ]

    def issue(
        self, pack: int, computer: Computer | None, at: datetime, status: int = 2, user: str = ""
    ) -> None:
        """Under the lowest free License ID: a number that an expired license had is used again."""
        used = {number for of, number in self.licenses if of == pack}
        number = next(number for number in range(1, 99) if number not in used)
        days = 90 if status == 1 else 60 + (number * 7) % 29
        self.licenses[pack, number] = {
            "KeyPackId": pack, "LicenseId": number, "sIssuedToUser": user,
            "sIssuedToComputer": computer.name if computer else "", "LicenseStatus": status,
            "IssueDate": stamp(at), "ExpirationDate": stamp(at + timedelta(days=days)),
            "sHardwareId": computer.hardware if computer else "",
        }  # fmt: skip

    def rebuild(self) -> None:
        """Windows was set up anew: another product ID, nothing installed, numbers from 1."""
        self.generation += 1
        self.packs, self.licenses, self.next_pack, self.away = {}, {}, 1, []

    def uninstall(self, number: int) -> None:
        """A key pack leaves with its licenses, as when it is moved to another server; it may return."""
        gone = {key: row for key, row in self.licenses.items() if key[0] == number}
        self.licenses = {key: row for key, row in self.licenses.items() if key not in gone}
        self.away.append((self.packs.pop(number), gone))

    def reinstall(self) -> None:
        row, licenses = self.away.pop()
        self.packs[row["KeyPackId"]] = row
        self.licenses |= licenses

    def lives_on(self, pick: Pick, computers: list[Computer], now: datetime) -> str:
        """One thing that happens; what it was, in a word."""
        at = now - timedelta(hours=2)
        what: str = pick(
            ("connects", "connects", "connects", "issues", "issues", "forgets", "renamed", "set up anew", "installs",
             "status", "user", "grows", "unclear", "uninstalls", "reinstalls")
        )  # fmt: skip
        if what == "installs":
            self.install(pick(("device", "device", "newer", "user", "temporary")), pick((1, 2, 3, 10)))
        elif what == "grows" and self.of_kind("device", "newer", "user"):
            row = self.packs[pick(self.of_kind("device", "newer", "user"))]
            row["TotalLicenses"] = max(1, row["TotalLicenses"] + pick((-1, 1, 5)))
        elif what == "renamed":
            pick(computers).name += pick(("X", "Y"))
        elif what == "set up anew":
            computer = pick(computers)
            computer.hardware = pick(
                ("", "0" * 36, f"0x{computer.name}{self.generation}{len(self.licenses)}")
            )
        elif what == "user" and self.of_kind("user"):
            self.issue(pick(self.of_kind("user")), None, at, user=pick(("CORP\\ann", "CORP\\bob")))
        elif what == "forgets" and self.licenses:
            del self.licenses[pick(sorted(self.licenses))]
        elif what == "status" and self.licenses:
            self.licenses[pick(sorted(self.licenses))]["LicenseStatus"] = pick((2, 3, 4))
        elif what == "unclear" and self.licenses:
            self.licenses[pick(sorted(self.licenses))]["LicenseStatus"] = pick((0, 5, 17))
        elif what == "uninstalls" and len(self.packs) > 1 and pick((True, False)):
            self.uninstall(pick(sorted(self.packs)))
        elif what == "reinstalls" and self.away:
            self.reinstall()
        elif what in ("connects", "issues"):
            self.serve(pick(computers), pick, at)
        return what

    def serve(self, computer: Computer, pick: Pick, at: datetime) -> None:
        """A client connects: it is recognised by its hardware ID, else it is a new one."""
        bought, pools = self.of_kind("device", "newer"), self.of_kind("temporary")
        of_computer = [
            key
            for key, row in self.licenses.items()
            if computer.hardware.strip("0") and row["sHardwareId"] == computer.hardware
        ]
        lasting = [key for key in of_computer if self.licenses[key]["LicenseStatus"] != 1]
        if lasting:
            row = self.licenses[lasting[0]]
            row["sIssuedToComputer"] = computer.name
            row["ExpirationDate"] = stamp(at + timedelta(days=60 + at.minute % 29))
        elif of_computer:
            self.upgrade(of_computer[0], bought, pick, at)
        elif pools and pick((True, False, False)):
            self.issue(pick(pools), computer, at, 1)
        elif bought:
            self.issue(pick(bought), computer, at)  # also above the total: it is over-issued then

    def upgrade(self, key: tuple[int, int], bought: list[int], pick: Pick, at: datetime) -> None:
        """A temporary license becomes a permanent one, under another key or the same."""
        row = self.licenses[key]
        if bought and pick((True, True, False)):
            del self.licenses[key]
            self.issue(pick(bought), Computer(row["sIssuedToComputer"], row["sHardwareId"]), at)
        else:
            row["LicenseStatus"] = 2

    def listing(self, now: datetime) -> Listing:
        packs = []
        for number, row in self.packs.items():
            issued = sum(1 for of, _ in self.licenses if of == number)
            free = UNLIMITED if row["TotalLicenses"] >= UNLIMITED else max(0, row["TotalLicenses"] - issued)
            packs.append({**row, "IssuedLicenses": issued, "AvailableLicenses": free})
        itself = {"ProductId": self.product_id, "ServerRole": 1}
        return Listing(
            self.name, now, itself, tuple(packs), tuple(deepcopy(row) for row in self.licenses.values())
        )
