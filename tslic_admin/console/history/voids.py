"""The commands that void: each finds the entry that recorded a thing, and undoes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tslic_admin.console.call import Call
from tslic_admin.console.command import Argument, Command, reason_option

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tslic_admin.services.changes import ActResult

FindEntry = Callable[["Session"], tuple[int, int]]  # the entry, the number of the thing


def void_transfer(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.history import voiding

    def find(session: Session) -> tuple[int, int]:
        number = lookup.find_transfer(session, call.required("transfer")).id
        return voiding.entry_behind(session, "transfer", number), number

    done, number = _void_entry(call, find)
    return call.report(done, f"Transfer {number} was voided.", transfer=number)


def void_reissue(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.history import voiding

    def find(session: Session) -> tuple[int, int]:
        number = lookup.find_request(session, call.required("request")).id
        return voiding.entry_behind(session, "request", number), number

    done, number = _void_entry(call, find)
    said = f"The recorded reissue {number} was voided; its request is open again."
    return call.report(done, said, request=number)


def void_key_pack(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.exporting.machine import key_pack as machine_pack
    from tslic_admin.services.history import voiding

    def find(session: Session) -> tuple[int, int]:
        pack = lookup.find_pack(session, call.required("pack"))
        return voiding.pack_entry(session, pack), pack.id

    done, number = _void_entry(call, find)
    pack = machine_pack(call.row("packs", number))
    return call.report(done, f"Key pack {pack['Pack']} was voided.", keypack=pack)


def void_license(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.history import voiding

    name = ""

    def find(session: Session) -> tuple[int, int]:
        nonlocal name
        issuance = lookup.find_license(session, call.required("license"))
        name = lookup.name_of_license(session, issuance)
        return voiding.entry_behind(session, "license", issuance.id), issuance.id

    done, _ = _void_entry(call, find)
    return call.report(done, f"License {name} was voided.", license=name)


def void_import(call: Call) -> int:
    from tslic_admin.services.history import voiding

    def find(session: Session) -> tuple[int, int]:
        entry = voiding.import_entry(session, call.required("entry"))
        return entry, entry

    done, entry = _void_entry(call, find)
    return call.report(done, f"The import of entry {entry} was voided.", voided=entry)


def _void_entry(call: Call, find: FindEntry) -> tuple[ActResult, int]:
    from tslic_admin.services.history import voiding

    def progress(done: int, total: int | None) -> None:
        call.terminal.progress(f"{done} of {total}")

    with call.writing() as session:
        entry, number = find(session)
        done = voiding.void(session, entry, reason=call.text("reason"), progress=progress)
    return done, number


def _void_command(words: tuple[str, str], help: str, run: Any, argument: Argument) -> Command:  # noqa: A002
    return Command(words, help, run, (argument,), (reason_option(required=True),))


TRANSFER = _void_command(
    ("transfer", "void"),
    "take a marked transfer back",
    void_transfer,
    Argument("transfer", "N", "the transfer's number"),
)
REISSUE = _void_command(
    ("reissue", "void"),
    "take a recorded call back: its request is open again",
    void_reissue,
    Argument("request", "REQUEST", "the request's number"),
)
IMPORT = _void_command(
    ("import", "void"),
    "take a whole import back",
    void_import,
    Argument("entry", "ENTRY", "the import's entry in the history"),
)
KEY_PACK = _void_command(
    ("key-packs", "void"),
    "take back a key pack that was recorded by hand",
    void_key_pack,
    Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N"),
)
LICENSE = _void_command(
    ("licenses", "void"),
    "take back a license that was added by hand",
    void_license,
    Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, or SERVER/KEYPACKID/#N"),
)
