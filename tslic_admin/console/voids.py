"""The commands that void: each finds the entry that recorded a thing, and takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command, reason

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.services.changes import Done

Find = Callable[["Session"], tuple[int, int]]  # the entry, the number of the thing


def transfer(call: Call) -> int:
    from tslic_admin.services import acts, voiding

    def find(session: Session) -> tuple[int, int]:
        number = acts.find_transfer(session, call.required("transfer")).id
        return voiding.entry_behind(session, "transfer", number), number

    done, number = _void(call, find)
    return call.report(done, f"Transfer {number} was voided.", transfer=number)


def reissue(call: Call) -> int:
    from tslic_admin.services import acts, voiding

    def find(session: Session) -> tuple[int, int]:
        number = acts.find_request(session, call.required("request")).id
        return voiding.entry_behind(session, "request", number), number

    done, number = _void(call, find)
    said = f"The recorded reissue {number} was voided; its request is open again."
    return call.report(done, said, request=number)


def key_pack(call: Call) -> int:
    from tslic_admin.services import acts, voiding
    from tslic_admin.services.machine import key_pack as machine_pack

    def find(session: Session) -> tuple[int, int]:
        pack = acts.find_pack(session, call.required("pack"))
        return voiding.of_pack(session, pack), pack.id

    done, number = _void(call, find)
    pack = machine_pack(call.row("packs", number))
    return call.report(done, f"Key pack {pack['Pack']} was voided.", keypack=pack)


def license(call: Call) -> int:  # noqa: A001 - the field's word
    from tslic_admin.services import acts, voiding

    name = ""

    def find(session: Session) -> tuple[int, int]:
        nonlocal name
        issuance = acts.find_license(session, call.required("license"))
        name = acts.name_of_license(session, issuance)
        return voiding.entry_behind(session, "license", issuance.id), issuance.id

    done, _ = _void(call, find)
    return call.report(done, f"License {name} was voided.", license=name)


def read_files(call: Call) -> int:
    from tslic_admin.services import voiding

    def find(session: Session) -> tuple[int, int]:
        entry = voiding.of_import(session, call.required("entry"))
        return entry, entry

    done, entry = _void(call, find)
    return call.report(done, f"The import of entry {entry} was voided.", voided=entry)


def _void(call: Call, find: Find) -> tuple[Done, int]:
    from tslic_admin.services import voiding

    def progress(done: int, total: int | None) -> None:
        call.terminal.progress(f"{done} of {total}")

    with call.writing() as session:
        entry, number = find(session)
        done = voiding.void(session, entry, reason=call.text("reason"), progress=progress)
    return done, number


def _command(words: tuple[str, str], help: str, run: Any, argument: Argument) -> Command:  # noqa: A002
    return Command(words, help, run, (argument,), (reason(required=True),))


TRANSFER = _command(
    ("transfer", "void"),
    "take a marked transfer back",
    transfer,
    Argument("transfer", "N", "the transfer's number"),
)
REISSUE = _command(
    ("reissue", "void"),
    "take a recorded call back: its request is open again",
    reissue,
    Argument("request", "REQUEST", "the request's number"),
)
IMPORT = _command(
    ("import", "void"),
    "take a whole import back",
    read_files,
    Argument("entry", "ENTRY", "the import's entry in the history"),
)
KEY_PACK = _command(
    ("key-packs", "void"),
    "take back a key pack that was recorded by hand",
    key_pack,
    Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N"),
)
LICENSE = _command(
    ("licenses", "void"),
    "take back a license that was added by hand",
    license,
    Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, or SERVER/KEYPACKID/#N"),
)
