"""What is recorded by hand of servers, key packs and licenses."""

from __future__ import annotations

from datetime import date, timedelta

from model import by_hand, stock
from model.acting import Acting
from model.world import day, same_name

ROLES = {"workgroup": 0, "domain": 1, "forest": 2}
ACTIVATIONS = {"activated": 0, "not-activated": 1, "unknown": 2}


class HandActs(Acting):
    # servers

    def add_or_change_a_server(self) -> None:
        name, rename = (
            self.pick(("LS1", "ls2", "LS3", "ls1.corp.example")),
            self.pick((None, None, "LS3", "LS4")),
        )
        role, activation = self.pick(sorted(ROLES)), self.pick(sorted(ACTIVATIONS))
        choice = {
            "country": ("--country", self.pick(("NL", "DE"))), "phone": ("--phone", self.pick(("1", "2"))),
            "contact": ("--contact", "Ann"), "notes": ("--notes", self.pick(("n", "m"))),
            "role": ("--role", role), "activation": ("--activation", activation),
            "product_id": ("--product-id", self.pick([one.product_id for one in self.real.values()])),
        }  # fmt: skip
        chosen = {self.pick(sorted(choice)) for _ in range(self.pick((1, 2)))}
        typed = [word for one in sorted(chosen) for word in choice[one]]
        fields = {one: choice[one][1] for one in chosen} | ({"role": ROLES[role]} if "role" in chosen else {})
        fields |= {"activation": ACTIVATIONS[activation]} if "activation" in chosen else {}
        if self.pick((True, False)):
            self.act(
                ("servers", "add", name, *typed),
                lambda: stock.add_server(self.world, name, **fields),
                "server.add",
            )
        else:
            self.act(
                ("servers", "set", name, *typed, *(("--rename", rename) if rename else ())),
                lambda: stock.set_server(self.world, name, rename, **fields),
                "server.set",
                reason="read again",
            )

    def a_day(self, *days: str | None) -> date:
        """Mostly today or one of these."""
        found = [one for text in days if (one := day(text)) is not None]
        near = self.pick((self.today, self.today, *found))
        return near - timedelta(days=self.pick((0, 0, 0, 0, 1, -1)))

    def rebuild(self) -> None:
        """A server is set up anew and the record told of it, maybe late; or the record only."""
        name = self.pick(sorted(self.real))
        number = self.world.server(name)
        seen = [one["seen"] for one in self.world.open_packs(number).values()] if number is not None else []
        on = self.a_day(*seen)
        if self.pick((True, True, False)):
            self.real[name].rebuild()
            self.real[name].install("temporary")
            self.real[name].install(self.pick(("device", "newer", "user")), 3)
        self.act(
            ("servers", "rebuilt", name, "--on", on.isoformat()),
            lambda: stock.rebuilt(self.world, name, on, self.today),
            "server.rebuilt",
            on,
            reason="the disk broke",
        )

    # key packs

    def add_a_pack(self) -> None:
        server, total = self.pick(sorted(self.real)), self.pick((1, 2, 3))
        keypack_id = self.pick((None, None, 3, 4, 5))
        code = self.next_code() if self.pick((True, False)) else None
        notes, reseller = self.pick((None, "in the safe")), self.pick((None, "Northgate"))
        installed = self.pick((None, None, self.a_day().isoformat()))
        self.act(
            (
                "key-packs", "add", "--server", server, "--product-version", "2019", "--type", "device",
                "--total", str(total),
                *(("--keypack-id", str(keypack_id)) if keypack_id else ()),
                *(("--code", code) if code else ()),
                *(("--notes", notes) if notes else ()),
                *(("--reseller", reseller) if reseller else ()),
                *(("--installed-on", installed) if installed else ()),
            ),
            lambda: stock.add_pack(
                self.world, server, keypack_id, code, self.today, total=total, version=6, product_type=0,
                notes=notes, reseller=reseller, installed_on=installed,
            ),
            "pack.add",
            day(installed),
        )  # fmt: skip

    def change_a_pack(self) -> None:
        packs = self.world.all("pack", merged_into=None, closed=None)
        if not packs:
            return
        unlisted = [n for n, one in packs.items() if one["seen"] is None]
        number = self.pick(unlisted if unlisted and self.pick((True, False)) else packs)
        number_there, total = self.pick((2, 3, 4, 5, 6)), self.pick((1, 2, 3))
        option, typed, fields = self.pick(
            (
                ("--policy", one := self.pick(stock.POLICIES), {"policy": one}),
                ("--notes", one := self.pick(("x", "y")), {"notes": one}),
                ("--total", str(total), {"total": total}),
                ("--keypack-id", str(number_there), {"keypack_id": number_there}),
            )
        )
        self.act(
            ("key-packs", "set", self.world.pack_text(number), option, typed),
            lambda: stock.set_pack(self.world, number, **fields),
            "pack.set",
            reason="terms",
        )

    def packs_named(self) -> list[int]:
        """The packs that a reference means: an open one, else the one that was closed last."""
        found: dict[str, list[int]] = {}
        for number in self.world.all("pack", merged_into=None):
            found.setdefault(self.world.pack_text(number), []).append(number)
        named = []
        for numbers in found.values():
            open_ = [n for n in numbers if self.world.get("pack", n)["closed"] is None]
            if open_ or len(numbers) == 1:
                named.append((open_ or numbers)[0])
        return named

    def move_a_pack(self) -> None:
        """A migration, at the license servers too; or the record only."""
        named = self.packs_named()
        if not named:
            return
        source, target = self.pick(named), self.pick(named)
        source_pack = self.world.get("pack", source)
        fitting = [n for n in named if n != source and self._may_take(source_pack, self.world.get("pack", n))]
        if fitting and self.pick((True, True, True, False)):
            target = self.pick(fitting)
        on = self.a_day(source_pack["closed"], source_pack["seen"])
        _, said = self.act(
            (
                "key-packs", "move", self.world.pack_text(source), "--to", self.world.pack_text(target),
                "--on", on.isoformat(),
            ),
            lambda: stock.move(self.world, source, target, on, self.today),
            "pack.move",
            on,
            reason="a new server",
        )  # fmt: skip
        name = self.world.get("server", source_pack["server"])["name"]
        for real_name, server in self.real.items():
            there = source_pack["keypack_id"] in server.packs and len(server.packs) > 1
            if said and there and same_name(real_name, name) and self.pick((True, True, False)):
                server.uninstall(source_pack["keypack_id"])

    def _may_take(self, source: stock.Thing, target: stock.Thing) -> bool:
        return target["closed"] is None and all(
            source[name] == target[name] for name in ("version", "product_type")
        )

    # licenses

    def add_a_license(self) -> None:
        """Copied from the server's own screen, as far as it was read, before a list shows it or after."""
        named = [n for n in self.packs_named() if self.pick((True, True, True, False)) or n % 3 == 0]
        if not named:
            return
        number = self.pick(named)
        pack = self.world.get("pack", number)
        rows = [
            row
            for name, server in self.real.items()
            if same_name(name, self.world.get("server", pack["server"])["name"])
            for (of, _), row in server.licenses.items()
            if of == pack["keypack_id"] and row["sIssuedToComputer"]
        ]
        if rows and self.pick((True, True, False)):
            row = self.pick(rows)
            computer, hardware, issued = row["sIssuedToComputer"], row["sHardwareId"], day(row["IssueDate"])
        else:
            computer, hardware = (
                self.pick(("PC1", "NEW1", "pc5.corp.example", "PC9")),
                self.pick(("0xAA5", "0xB", "")),
            )
            issued = self.a_day(pack["seen"])
        hardware = self.pick((hardware, "")) or None
        issued = self.pick((issued, issued, None))
        expires = self.pick((None, self.today + timedelta(days=self.pick((5, 60, -1)))))
        status, user = self.pick((None, None, 1, 2, 5)), self.pick((None, "ann"))
        self.act(
            (
                "licenses", "add", "--server", self.world.get("server", pack["server"])["name"],
                "--key-pack", self.world.pack_text(number).rpartition("/")[2], "--computer", computer,
                *(("--hardware-id", hardware) if hardware else ()),
                *(("--issued-on", issued.isoformat()) if issued else ()),
                *(("--expires-on", expires.isoformat()) if expires else ()),
                *(("--status", str(status)) if status else ()),
                *(("--user", user) if user else ()),
            ),
            lambda: by_hand.add_license(
                self.world, number, self.today, computer=computer, hardware=hardware, issued=issued,
                expires=expires, status=status, user=user,
            ),
            "license.add",
            issued,
        )  # fmt: skip
