"""The commands that void: each finds the entry that recorded a thing, and undoes it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from tslic_admin.console.command import Argument, Command, reason_option
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.history import voiding
from tslic_admin.wording.lists.key_packs import pack_item

FindEntry = Callable[[Session], tuple[int, int]]  # the entry, the number of the thing


def void_transfer(invocation: Invocation) -> int:
    def find(session: Session) -> tuple[int, int]:
        number = lookup.find_transfer(session, invocation.required("transfer")).id
        return voiding.entry_behind(session, "transfer", number), number

    result, number = _void_entry(invocation, find)
    return invocation.report(result, f"Transfer {number} was voided.", transfer=number)


def void_reissue(invocation: Invocation) -> int:
    def find(session: Session) -> tuple[int, int]:
        number = lookup.find_request(session, invocation.required("request")).id
        return voiding.entry_behind(session, "request", number), number

    result, number = _void_entry(invocation, find)
    message = f"The recorded reissue {number} was voided; its request is open again."
    return invocation.report(result, message, request=number)


def void_key_pack(invocation: Invocation) -> int:
    def find(session: Session) -> tuple[int, int]:
        pack = lookup.find_pack(session, invocation.required("pack"))
        return voiding.pack_entry(session, pack), pack.id

    result, number = _void_entry(invocation, find)
    pack = pack_item(invocation.row(PACKS, number))
    return invocation.report(result, f"Key pack {pack['Pack']} was voided.", keypack=pack)


def void_license(invocation: Invocation) -> int:
    name = ""

    def find(session: Session) -> tuple[int, int]:
        nonlocal name
        issuance = lookup.find_license(session, invocation.required("license"))
        name = lookup.name_of_license(session, issuance)
        return voiding.entry_behind(session, "license", issuance.id), issuance.id

    result, _ = _void_entry(invocation, find)
    return invocation.report(result, f"License {name} was voided.", license=name)


def void_import(invocation: Invocation) -> int:
    def find(session: Session) -> tuple[int, int]:
        entry = voiding.import_entry(session, invocation.required("entry"))
        return entry, entry

    result, entry = _void_entry(invocation, find)
    return invocation.report(result, f"The import of entry {entry} was voided.", voided=entry)


def _void_entry(invocation: Invocation, find: FindEntry) -> tuple[ActResult, int]:
    def progress(done: int, total: int | None) -> None:
        invocation.terminal.progress(f"{done} of {total}")

    with invocation.writing() as session:
        entry, number = find(session)
        result = voiding.void(session, entry, reason=invocation.text("reason"), progress=progress)
    return result, number


def _void_command(words: tuple[str, str], run: Callable[[Invocation], int], argument: Argument) -> Command:
    return Command(words, run, (argument,), (reason_option(required=True),))


COMMANDS = (
    _void_command(
        ("key-packs", "void"), void_key_pack, Argument("pack", "PACK", "SERVER/KEYPACKID, or SERVER/#N")
    ),
    _void_command(
        ("licenses", "void"),
        void_license,
        Argument("license", "LICENSE", "SERVER/KEYPACKID/LICENSEID, or SERVER/KEYPACKID/#N"),
    ),
    _void_command(
        ("import", "void"), void_import, Argument("entry", "ENTRY", "the import's entry in the history")
    ),
    _void_command(("transfer", "void"), void_transfer, Argument("transfer", "N", "the transfer's number")),
    _void_command(("reissue", "void"), void_reissue, Argument("request", "REQUEST", "the request's number")),
)
