"""An act of the console beside the same act of the model, and what is held against each other after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine
from model import lists, transfers
from model.console import Console
from model.license_servers import Computer, LicenseServer, Listing, stamp
from model.looks import narrower, whole
from model.world import Refused, Thing, World

from tslic_admin.db.driver import connect_reader


class Acting(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        shutil.copy(self.template, self.folder / "tslic.sqlite")
        self.console = Console(self.folder, note)
        self.world = World()
        self.computers = [Computer(f"PC{n}", f"0xAA{n}") for n in range(1, 7)] + [Computer("PC9", "0" * 36)]
        self.real = {name: LicenseServer(name) for name in ("LS1", "LS2")}
        self.listings: list[Listing] = []
        self.chance = Random(0)  # noqa: S311 - replaced by one that the engine draws from
        self.code = 0
        self.steps = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @property
    def today(self) -> date:
        return self.console.at.astimezone().date()

    def pick(self, among: Any) -> Any:
        return self.chance.choice(list(among))

    def act(
        self, typed: tuple[str, ...], act: Callable[[], Any], kind: str, on: date | None = None,
        reason: str | None = None, *, entry_reason: str | None = None,
    ) -> tuple[Any, Any]:  # fmt: skip
        """The program does it if, and only if, the model does; what both answered.

        `reason`: typed as such; `entry_reason`: the entry's reason where it was typed otherwise.
        """
        self.console.passes(minutes=1)
        self.world.begin()
        self.world.at = stamp(self.console.at)
        answer, refused = None, None
        try:
            answer = act()
        except Refused as why:
            refused = why
        code, said = self.console(*typed, *(("--reason", reason) if reason is not None else ()))
        if refused is not None:
            self.world.cancel()
            assert code == 3, f"should be refused: {refused}"
            return None, None
        assert code == 0, f"should be done: {self.console.said} {_refused(said)}"
        self._learn(said, answer)
        entry = self.world.commit(kind, on or self.today, reason or entry_reason)
        assert said["entry"] == (entry.number if entry else None), (said["entry"], entry)
        return answer, said

    def _learn(self, said: Any, answer: Any) -> None:
        """The number that the program gives what has none from its server."""
        if isinstance(said.get("keypack"), dict) and isinstance(answer, int):
            tail = said["keypack"]["Pack"].partition("#")[2]
            if tail and ("pack", answer) in self.world.things:
                self.world.get("pack", answer)["n"] = int(tail)
        if "#" in str(said.get("license", "")).rpartition("/")[2]:
            self.world.get("license", answer)["n"] = int(said["license"].rpartition("#")[2])
        if self._unnumbered():
            _, rows = self.console("key-packs", "list", log=False)
            for pack in self._unnumbered():  # a reissued set that lost the number it was to have
                (row,) = [
                    one
                    for one in rows
                    if one["Request"] == pack["request"] is not None and one["KeyPackId"] is None
                ]
                pack["n"] = int(row["Pack"].partition("#")[2])

    def _unnumbered(self) -> list[Thing]:
        packs = self.world.all("pack", merged_into=None, keypack_id=None, n=None)
        return [pack for pack in packs.values() if pack["request"] is not None]

    # what is chosen

    def next_code(self) -> str:
        if self.code and self.pick((False,) * 5 + (True,)):
            return f"{self.code:035d}"
        self.code += 1
        return f"{self.code:035d}"

    def named(self) -> list[int]:
        """The licenses that a reference names alone; a closed pack's number may be another's now."""
        found: dict[str, list[int]] = {}
        for number, one in self.world.all("license").items():
            if self.world.get("pack", one["pack"])["closed"] is None:
                found.setdefault(self.world.license_text(number), []).append(number)
        return [numbers[0] for _, numbers in sorted(found.items()) if len(numbers) == 1]

    def a_license(self) -> int | None:
        """Mostly one that lives and is bought."""
        named = self.named()
        if self.pick((True, True, True, False)):
            named = [
                one for one in named
                if self.world.get("license", one)["ended"] is None and not transfers.never(self.world, one)
            ] or named  # fmt: skip
        return self.pick(named) if named else None

    # what is always true

    def compare(self) -> None:
        looked = [*whole(self.world, self.today), narrower(self.world, self.today, self.chance.choice)]
        for words, expected in looked:
            code, rows = self.console(*words, log=False)
            assert code == (1 if words[0] == "due" and expected else 0), f"{words}: {self.console.said}"
            _same(words, [rows] if words[1:2] == ("show",) else rows, expected)
        if self.steps % 5 == 0:
            anchor = str(self.folder / "anchor.json")
            held = ("--anchor", anchor) if Path(anchor).exists() else ()
            code, said = self.console("history", "verify", *held, log=False)
            assert code == 0, said
            self.console("history", "anchor", anchor, log=False)
        if self.steps % 10 == 0:
            eyes = connect_reader(self.folder / "tslic.sqlite", self.console.now)
            assert eyes.execute("PRAGMA foreign_key_check").fetchall() == []
            assert eyes.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            eyes.close()


def _same(words: tuple[str, ...], rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """The same rows in any order, as far as the model has their columns."""
    columns = list(expected[0]) if expected else []
    shown = [_cut({name: row[name] for name in columns}) if columns else row for row in rows]
    only = [row for row in shown if row not in expected]
    lacking = [row for row in expected if row not in shown]
    message = "\n".join(
        [f"`{' '.join(words)}` differs from the model:", *(f"  program: {row}" for row in only),
         *(f"  model:   {row}" for row in lacking)]
    )  # fmt: skip
    assert len(shown) == len(expected), message
    assert not only, message
    assert not lacking, message


def _cut(row: dict[str, Any]) -> dict[str, Any]:
    if "licenses" in row:
        row["licenses"] = sorted(row["licenses"], key=str)
        if row["keypack"] is not None:
            row["keypack"] = {name: row["keypack"][name] for name in lists.PACK_COLUMNS}
    return row


def _refused(said: Any) -> list[str]:
    """What an import refused, and why."""
    return [one["reason"] for file in (said or {}).get("imported", ()) for one in file["refused"]]
