"""The acts that only our record knows: transfers, reissues, removal from the old client."""

from __future__ import annotations

from datetime import timedelta

from model import reissues, transfers
from model.acting import Acting
from model.linking import link_request
from model.world import Refused, day, same_name


class RecordActs(Acting):
    # transfers

    def mark_a_transfer(self) -> None:
        number = self.a_license()
        if number is None:
            return
        to = self.pick(("PC1", "pc2.corp.example", "PC5", "PC6", "NEW1", "NEW2"))
        anyway = self.pick((False, True))
        last = self.world.transfer_of(number)
        since = (
            self.world.get("license", number)["first_issued"]
            if last is None
            else self.world.get("transfer", last)["on"]
        )
        base = self.pick((self.today, self.today, self.today, day(since) or self.today))
        on = base + timedelta(days=self.pick((0, 0, 0, 0, -1, 1, 90)))
        needs_none = self.pick((False,) * 7 + (True,))
        self.act(
            (
                "transfer", "mark", self.world.license_text(number), "--to", to, "--on", on.isoformat(),
                *(("--client-os", "xp-professional", "--host-version", "2000") if needs_none else ()),
                *(("--anyway",) if anyway else ()),
            ),
            lambda: transfers.mark(
                self.world, number, to, on, self.today, anyway=anyway, needs_none=needs_none
            ),
            "transfer.mark",
            on,
            "because" if anyway else None,
        )  # fmt: skip

    def link_a_transfer(self) -> None:
        number = self.pick(self.world.all("transfer"))
        transfer = self.world.get("transfer", number)
        fitting = [
            n for n in self.world.all("license", ended=None) if transfers.fits(self.world, transfer, n)
        ]
        other = (
            self.pick([*fitting, None, None]) if fitting and self.pick((True, False)) else self.a_license()
        )
        self.act(
            ("transfer", "link", str(number), "none" if other is None else self.world.license_text(other)),
            lambda: transfers.link(self.world, number, other),
            "transfer.link",
            reason="found out",
        )

    # reissues

    def open_a_request(self) -> None:
        server, other = self.pick(sorted(self.real)), self.pick((None, None, 1, 2, 9))
        reason = self.pick((None, "many stolen"))
        self.act(
            ("reissue", "open", "--server", server, *(("--same-call-as", str(other)) if other else ())),
            lambda: reissues.open_request(self.world, server, other, self.today),
            "reissue.open",
            reason=reason,
        )

    def a_request(self, *states: str) -> int:
        """Mostly one in these states."""
        in_state = [n for n, one in self.world.all("request").items() if one["state"] in states]
        return self.pick(
            in_state if in_state and self.pick((True,) * 5 + (False,)) else self.world.all("request")
        )

    def collect(self) -> None:
        number = self.a_request("open")
        anyway = self.pick((False, False, True))
        chosen: dict[int, str | None] = {}
        fitting = [one for one in self.named() if self.may_join(number, one)]
        for _ in range(self.pick((1, 1, 2))):
            one = self.pick(fitting) if fitting and self.pick((True,) * 4 + (False,)) else self.a_license()
            if one is not None:
                chosen[one] = self.pick((None, "NEW1", "PC5", "pc6"))
        typed = [self.world.license_text(n) + (f"={to}" if to else "") for n, to in chosen.items()]
        if chosen:
            self.act(
                ("reissue", "add", str(number), *typed, *(("--anyway",) if anyway else ())),
                lambda: reissues.add(self.world, number, list(chosen.items()), anyway=anyway),
                "reissue.add",
                reason="because" if anyway else None,
            )

    def a_held_one(self, number: int, state: str = "collected") -> int | None:
        held = [line["license"] for line in reissues.lines(self.world, number, state)]
        held = [one for one in held if one in self.named()]
        return self.pick(held) if held and self.pick((True,) * 5 + (False,)) else self.a_license()

    def drop(self) -> None:
        number = self.a_request("open")
        one = self.a_held_one(number)
        if one is not None:
            self.act(
                ("reissue", "drop", str(number), self.world.license_text(one)),
                lambda: reissues.drop(self.world, number, [one]),
                "reissue.drop",
            )

    def withdraw(self) -> None:
        number = self.a_request("open")
        self.act(
            ("reissue", "withdraw", str(number)),
            lambda: reissues.withdraw(self.world, number),
            "reissue.withdraw",
            reason="not needed",
        )

    def record(self) -> None:
        number, code = self.a_request("open"), self.next_code()
        held = reissues.lines(self.world, number)
        one = self.a_held_one(number) if self.pick((False, False, True)) else None
        keypack_id = self.pick((None, None, None, 2, 3, 4, 5, 7))
        quantity = max(1, len(held) if one is None else 1) + self.pick((0, 0, 0, 1, -1))
        on = self.today - timedelta(days=self.pick((0, 0, 1, -1)))
        case, agent = self.pick((None, "C-1")), self.pick((None, "Mr Hill"))
        self.act(
            (
                "reissue", "record", str(number), "--code", code, "--quantity", str(quantity), "--on", on.isoformat(),
                *(("--license", self.world.license_text(one)) if one is not None else ()),
                *(("--keypack-id", str(keypack_id)) if keypack_id else ()),
                *(("--case", case) if case else ()),
                *(("--agent", agent, "--phone", "1-888-571-2048") if agent else ()),
            ),
            lambda: reissues.record(
                self.world, number, code, quantity, on, None if one is None else [one], keypack_id, self.today,
                case=case, agent=agent,
            ),
            "reissue.record",
            on,
        )  # fmt: skip
        state = self.world.get("request", number)["state"]
        if state == "recorded" and self.pick((True, True, False)):
            server = self.world.get("server", self.world.get("request", number)["server"])["name"]
            real = next((one for name, one in self.real.items() if same_name(name, server)), None)
            if real is not None:
                real.install(self.pick(("device", "device", "newer")), quantity)

    def install(self) -> None:
        number = self.a_request("recorded")
        on = self.today - timedelta(days=self.pick((0, 0, 1, -1)))
        self.act(
            ("reissue", "installed", str(number), "--on", on.isoformat()),
            lambda: reissues.installed(self.world, number, on, self.today),
            "reissue.installed",
            on,
        )

    def link_a_request(self) -> None:
        number, keypack_id = self.a_request("recorded", "installed"), self.pick((None, 2, 3, 4, 5, 6, 7))
        self.act(
            ("reissue", "link", str(number), str(keypack_id or "none")),
            lambda: link_request(self.world, number, keypack_id),
            "reissue.link",
            reason="found out",
        )

    def correct_a_code(self) -> None:
        number, code = self.a_request("recorded"), self.next_code()
        self.act(
            ("reissue", "correct", str(number), "--code", code),
            lambda: reissues.correct(self.world, number, code),
            "reissue.correct",
            reason="misheard",
        )

    def may_join(self, request: int, license_: int) -> bool:
        held = [reissues.product(self.world, line["license"]) for line in reissues.lines(self.world, request)]
        pack = self.world.get("pack", self.world.get("license", license_)["pack"])
        return (
            pack["server"] == self.world.get("request", request)["server"]
            and not transfers.never(self.world, license_)
            and self.world.line_of(license_) is None
            and all(one == reissues.product(self.world, license_) for one in held)
        )

    # removal from the old client

    def remove_from_the_old_client(self) -> None:
        on = self.pick((None, self.today, self.today - timedelta(days=self.pick((0, 1, 3, -1)))))
        how = (
            ("--not-intended", "scrapped")
            if on is None
            else ("--on", on.isoformat(), "--by", self.pick(("Ann", "Bo")))
        )
        by, reason = (None, "scrapped") if on is None else (how[3], None)
        backup = on is not None and self.pick((True, False))
        if backup:
            (self.folder / "backup.reg").write_text("REGEDIT4\r\n\r\n", encoding="ascii")
            how = (*how, "--backup", str(self.folder / "backup.reg"))
        did = "kept" if on is None else "removed"
        if self.world.all("transfer") and self.pick((True, False)):
            number = self.pick([*self.world.all("transfer"), *self.world.gone])

            def of_transfer() -> None:
                if number in self.world.gone:
                    raise Refused("voided")
                thing = self.world.get("transfer", number)
                transfers.removed(thing, thing["on"], on, by, self.today, backup=backup)

            self.act(
                ("transfer", "removed", str(number), *how),
                of_transfer,
                f"transfer.{did}",
                on,
                entry_reason=reason,
            )
        elif self.world.all("request"):
            request = self.a_request("recorded", "installed")
            one = self.a_held_one(request, "retired")
            if one is None:
                return

            def of_request() -> None:
                line = self.world.line_of(one)
                if line is None or (line["request"], line["state"]) != (request, "retired"):
                    raise Refused("not retired by it")
                transfers.removed(
                    line, self.world.get("request", request)["on"], on, by, self.today, backup=backup
                )

            typed = ("reissue", "removed", str(request), self.world.license_text(one), *how)
            self.act(typed, of_request, f"reissue.{did}", on, entry_reason=reason)
