"""How a command is declared: its words, arguments and options, and the function that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tslic_admin.console.call import Call


@dataclass(frozen=True, slots=True)
class Argument:
    """A word without a flag. `field`: its name in the call's values, a list where `many`.

    `file`: a file's name, which may hold any bytes; all other texts must be storable.
    """

    field: str
    metavar: str
    help: str
    many: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """`field`: the service's name for it. No `metavar`: a switch. `secret`: `-` reads it from elsewhere."""

    flag: str
    field: str
    metavar: str | None
    help: str
    required: bool = False
    secret: bool = False
    many: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """`words`: what is typed to name it. `run` returns the exit code."""

    words: tuple[str, ...]
    help: str
    run: Callable[[Call], int]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(self.words)


SERVER_FILTER = Option("--server", "server", "NAME", "only of this license server")


def reason_option(*, required: bool) -> Option:
    return Option("--reason", "reason", "TEXT", "why; the history keeps it", required=required)


ANYWAY = Option("--anyway", "anyway", None, "where a rule asks for a reason: do it all the same")
