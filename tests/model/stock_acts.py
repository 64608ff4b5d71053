"""What happens at the license servers, and what is imported of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import note
from model.acting import Acting
from model.files import MANNERS, file_of
from model.license_servers import Listing
from model.linking import link_packs, link_transfers
from model.reading import ServerFile, note_when, read


class StockActs(Acting):
    # what happens outside

    def time_passes(self) -> None:
        self.console.passes(days=self.pick((1, 1, 3, 10, 40)))
        note(f"{self.console.at:%Y-%m-%d %H:%M}  time has passed")

    def servers_live_on(self) -> None:
        server = self.real[self.pick(sorted(self.real))]
        self.console.passes(minutes=1)
        events = [
            server.lives_on(self.pick, self.computers, self.console.at) for _ in range(self.pick((1, 2, 4)))
        ]
        note(f"{self.console.at:%Y-%m-%d %H:%M}  {server.name}: {', '.join(events)}")
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
            skip=self.pick((False, False, True)),
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
                files.append(ServerFile(listing.server if named else spelled, of, rows))
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
            done = read(self.world, files, taken, link_packs, complete=complete, skip=skip)
            link_transfers(self.world, done)
            note_when(self.world, done, taken, dated=dated)
            return done

        if dry:
            self._only_look((*typed, "--dry-run"), files, taken, complete)
        else:
            self.act(typed, act, "import", taken.astimezone().date())

    def _only_look(self, typed: tuple[str, ...], files: list[ServerFile], taken: Any, complete: bool) -> None:
        self.console.passes(minutes=1)
        self.world.begin()
        done = read(self.world, files, taken, link_packs, complete=complete, skip=True)
        self.world.cancel()
        code, _ = self.console(*typed)
        assert code == (1 if done.refused else 0), f"a look at {done.refused} refused rows"


def _short(row: dict[str, Any]) -> str:
    return " ".join(
        str(value) for name, value in row.items() if name not in ("Description", "ProductVersion")
    )
