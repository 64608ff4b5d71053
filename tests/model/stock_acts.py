"""What happens at the license servers, what is imported of it, what is recorded by hand of servers and packs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import note
from model import stock
from model.acting import Acting
from model.files import MANNERS, file_of
from model.license_servers import Listing
from model.linking import link_all
from model.reading import Given, read


class StockActs(Acting):
    # what happens outside

    def time_passes(self) -> None:
        self.console.passes(days=self.pick((1, 1, 3, 10, 40)))
        note(f"{self.console.at:%Y-%m-%d %H:%M}  time has passed")

    def servers_live_on(self) -> None:
        server = self.real[self.pick(sorted(self.real))]
        self.console.passes(minutes=1)
        told = [
            server.lives_on(self.pick, self.computers, self.console.at) for _ in range(self.pick((1, 2, 4)))
        ]
        note(f"{self.console.at:%Y-%m-%d %H:%M}  {server.name}: {', '.join(told)}")
        self.listings.append(server.listing(self.console.at))

    # what is imported of them

    def import_something(self) -> None:
        fresh = [server.listing(self.console.at) for server in self.real.values()]
        manner = self.pick(("fresh", "fresh", "fresh", "both", "late", "again"))
        if manner == "both":
            chosen = fresh
        elif manner == "fresh" or not self.listings:
            chosen = [self.pick(fresh)]
        else:
            chosen = [self.listings[-1] if manner == "again" else self.pick(self.listings[-6:])]
        self.listings += chosen
        classes = self.pick(
            (("packs", "licenses"),) * 4 + (("licenses",), ("packs",), ("server", "packs", "licenses"))
        )
        self.bring(
            chosen, classes,
            part=self.pick((False, False, True)),
            complete=self.pick((False, True)),
            # what of a rebuilt server's files is left out, the text does not say
            skip=self.pick((False, False, True)) and all(one.generation == 1 for one in self.real.values()),
            dry=self.pick((False,) * 5 + (True,)),
            dated=self.pick((True,) * 5 + (False,)),
        )  # fmt: skip

    def bring(
        self, listings: list[Listing], classes: tuple[str, ...], *, part: bool = False, complete: bool = False,
        skip: bool = False, dry: bool = False, dated: bool = True,
    ) -> None:  # fmt: skip
        manner = self.pick(MANNERS)
        named = len(listings) > 1 or self.pick((True, False))
        spelled = self.pick((listings[0].server, listings[0].server.lower()))
        files, paths = [], []
        for listing in listings:
            licenses = listing.licenses
            if part and licenses:
                of = self.pick(sorted({row["KeyPackId"] for row in licenses}))
                licenses = tuple(row for row in licenses if row["KeyPackId"] == of)[: self.pick((1, 9, 9))]
            for of, rows in (("server", (listing.itself,)), ("packs", listing.packs), ("licenses", licenses)):
                if of not in classes or not rows:
                    continue
                ending, data = file_of(manner, rows, listing.server if named else None)
                path = self.folder / f"{listing.server}-{of}{ending}"
                path.write_bytes(data)
                paths.append(str(path))
                files.append(Given(listing.server if named else spelled, of, rows))
                note(f"  {path.name} ({manner}): " + "; ".join(_short(row) for row in rows))
        if not files:
            return
        taken = (listings[0].taken if dated else self.console.at + timedelta(minutes=1)).replace(
            microsecond=0
        )
        typed = (
            "import", *paths,
            *(() if named else ("--server", spelled)),
            *(("--taken-at", taken.isoformat().replace("+00:00", "Z")) if dated else ()),
            *(("--complete",) if complete else ()),
            *(("--skip-refused",) if skip else ()),
        )  # fmt: skip

        def act() -> Any:
            done = read(self.world, files, taken, complete=complete, skip=skip)
            link_all(self.world, done)
            if not dated and self.world.said_nothing_new():  # the same file again writes no entry
                self.world.cancel()
            return done

        if dry:
            self._only_look((*typed, "--dry-run"), files, taken, complete)
        else:
            self.act(typed, act, "import", taken.astimezone().date())

    def _only_look(self, typed: tuple[str, ...], files: list[Given], taken: Any, complete: bool) -> None:
        self.console.passes(minutes=1)
        self.world.begin()
        done = read(self.world, files, taken, complete=complete, skip=True)
        self.world.cancel()
        code, _ = self.console(*typed)
        assert code == (1 if done.refused else 0), f"a look at {done.refused} refused rows"

    # servers and packs by hand

    def add_or_change_a_server(self) -> None:
        name = self.pick(("LS1", "ls2", "LS3", "ls1.corp.example"))
        if self.pick((True, False)):
            self.act(
                ("servers", "add", name, "--notes", "n"),
                lambda: stock.add_server(self.world, name, notes="n"),
                "server.add",
            )
        else:
            rename = self.pick((None, None, "LS3", "LS4"))
            country = self.pick(("NL", "DE"))
            self.act(
                ("servers", "set", name, "--country", country, *(("--rename", rename) if rename else ())),
                lambda: stock.set_server(self.world, name, rename, country=country),
                "server.set",
                reason="read again",
            )

    def rebuild(self) -> None:
        """A server is set up anew and the record told of it; or the record only."""
        name = self.pick(sorted(self.real))
        on = self.today - timedelta(days=self.pick((0, 0, 0, -1)))  # earlier days: what was seen since stays
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

    def add_a_pack(self) -> None:
        server, total = self.pick(sorted(self.real)), self.pick((1, 2, 3))
        keypack_id = self.pick((None, None, 3, 4, 5))
        code = self.next_code() if self.pick((True, False)) else None
        notes = self.pick((None, "in the safe"))
        self.act(
            (
                "key-packs", "add", "--server", server, "--product-version", "2019", "--type", "device",
                "--total", str(total),
                *(("--keypack-id", str(keypack_id)) if keypack_id else ()),
                *(("--code", code) if code else ()),
                *(("--notes", notes) if notes else ()),
            ),
            lambda: stock.add_pack(
                self.world, server, keypack_id, code, total=total, version=6, product_type=0, notes=notes
            ),
            "pack.add",
        )  # fmt: skip

    def change_a_pack(self) -> None:
        packs = self.world.all("pack", merged_into=None, closed=None)
        if not packs:
            return
        number = self.pick(packs)
        fields = self.pick(({"policy": self.pick(stock.POLICIES)}, {"notes": self.pick(("x", "y"))}))
        option = "--policy" if "policy" in fields else "--notes"
        self.act(
            ("key-packs", "set", self.world.pack_text(number), option, *fields.values()),
            lambda: stock.set_pack(self.world, number, **fields),
            "pack.set",
            reason="terms",
        )


def _short(row: dict[str, Any]) -> str:
    return " ".join(
        str(value) for name, value in row.items() if name not in ("Description", "ProductVersion")
    )
