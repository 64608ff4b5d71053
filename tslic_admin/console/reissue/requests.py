"""The commands that collect licenses into reissue requests and record the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tslic_admin.console.call import Call
from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason_option
from tslic_admin.console.history import voids
from tslic_admin.console.lists import list_requests
from tslic_admin.console.records import transfers
from tslic_admin.console.reissue.worksheet import show_request

if TYPE_CHECKING:
    from tslic_admin.services.changes import ActResult

REQUEST = Argument("request", "REQUEST", "the request's number")
CODE = Option(
    "--code",
    "code",
    "CODE",
    "the confirmation code (license key pack ID), 35 characters; - asks for it",
    required=True,
    secret=True,
)


def open_request(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.reissue import requests

    with call.writing() as session:
        other = call.text("same_call_as")
        done = requests.open_request(
            session,
            lookup.find_server(session, call.required("server")),
            same_call_as=lookup.find_request(session, other) if other is not None else None,
            reason=call.text("reason"),
        )
    return _report_request(call, done, "Reissue request {} was opened.")


def add_licenses(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.reissue import requests

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        wanted = []
        for text in call.texts("licenses"):
            reference, _, computer = text.partition("=")
            wanted.append((lookup.find_license(session, reference), computer or None))
        done = requests.collect(
            session, request, wanted, reason=call.text("reason"), anyway=call.switch("anyway")
        )
    return _report_request(call, done, f"Licenses added to reissue request {{}}: {len(wanted)}.")


def drop_licenses(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.reissue import requests

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        issuances = [lookup.find_license(session, text) for text in call.texts("licenses")]
        done = requests.drop(session, request, issuances)
    return _report_request(call, done, f"Licenses dropped from reissue request {{}}: {len(issuances)}.")


def record_call(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.exporting.machine import key_pack
    from tslic_admin.services.reissue import calls

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        named = call.texts("licenses")
        done = calls.record(
            session,
            request,
            code=call.required("code"),
            quantity=call.required("quantity"),
            on=call.required("on"),
            licenses=[lookup.find_license(session, text) for text in named] if named else None,
            keypack_id=call.text("keypack_id"),
            case=call.text("case"),
            agent=call.text("agent"),
            phone=call.text("phone"),
        )
    row = call.row("packs", done.made)
    pack = key_pack(row) if row else None
    said = f"Reissue {{}} was recorded, as key pack {pack['Pack'] if pack else ''}."
    return _report_request(call, done, said, keypack=pack)


def correct_code(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.exporting.machine import key_pack
    from tslic_admin.services.reissue import calls

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        done = calls.correct(session, request, code=call.required("code"), reason=call.text("reason"))
    row = call.row("packs", done.made)
    return _report_request(
        call, done, "The code of reissue {} was corrected.", keypack=key_pack(row) if row else None
    )


def link_key_pack(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.exporting.machine import key_pack
    from tslic_admin.services.reissue import calls

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        done = calls.set_link(session, request, call.required("keypack_id"), reason=call.text("reason"))
    row = call.row("packs", done.made)
    pack = key_pack(row) if row else None
    return _report_request(
        call, done, f"Reissue {{}} is key pack {pack['Pack'] if pack else ''}.", keypack=pack
    )


def set_installed(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.reissue import calls

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        done = calls.set_installed(session, request, on=call.required("on"))
    return _report_request(call, done, "The licenses of reissue {} are installed.")


def withdraw_request(call: Call) -> int:
    from tslic_admin.services import lookup
    from tslic_admin.services.reissue import requests

    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        done = requests.withdraw(session, request, reason=call.text("reason"))
    return _report_request(call, done, "Reissue request {} was withdrawn.")


def _report_request(call: Call, done: ActResult, message: str, **more: object) -> int:
    return call.report(done, message.format(done.record), request=done.record, **more)


COMMANDS = (
    Command(
        ("reissue", "open"),
        "open a request, to collect licenses for one call",
        open_request,
        (),
        (
            Option("--server", "server", "NAME", "the license server", required=True),
            Option("--same-call-as", "same_call_as", "N", "settled by the same call as this request"),
            reason_option(required=False),
        ),
    ),
    Command(
        ("reissue", "add"),
        "collect licenses into a request",
        add_licenses,
        (
            REQUEST,
            Argument("licenses", "LICENSE[=COMPUTER]", "and the computer that needs the new one", many=True),
        ),
        (reason_option(required=False), ANYWAY),
    ),
    Command(
        ("reissue", "drop"),
        "take licenses out of an open request",
        drop_licenses,
        (REQUEST, Argument("licenses", "LICENSE", "SERVER/KEYPACKID/LICENSEID", many=True)),
    ),
    Command(
        ("reissue", "record"),
        "record the call: the code, the quantity granted, the day",
        record_call,
        (REQUEST,),
        (
            CODE,
            Option("--quantity", "quantity", "N", "how many were granted", required=True),
            Option("--on", "on", "DAY", "the day of the call", required=True),
            Option("--license", "licenses", "LICENSE", "retire only these; may be repeated", many=True),
            Option("--keypack-id", "keypack_id", "N", "its number on the server, where it is known"),
            Option("--case", "case", "TEXT", "the case number"),
            Option("--agent", "agent", "TEXT", "the representative"),
            Option("--phone", "phone", "NUMBER", "the number dialed"),
        ),
    ),
    Command(
        ("reissue", "correct"),
        "correct a mistyped code, until the pack is linked",
        correct_code,
        (REQUEST,),
        (
            CODE,
            reason_option(required=True),
        ),
    ),
    Command(
        ("reissue", "link"),
        "say which of the server's key packs the reissued one is",
        link_key_pack,
        (REQUEST, Argument("keypack_id", "KEYPACKID|none", "its number on the server; none takes it back")),
        (reason_option(required=True),),
    ),
    Command(
        ("reissue", "installed"),
        "say when the reissued licenses were installed",
        set_installed,
        (REQUEST,),
        (Option("--on", "on", "DAY", "the day", required=True),),
    ),
    transfers.REISSUE_REMOVAL,
    Command(
        ("reissue", "withdraw"),
        "give an open request up",
        withdraw_request,
        (REQUEST,),
        (reason_option(required=True),),
    ),
    voids.REISSUE,
    Command(("reissue", "show"), "the worksheet of a request", show_request, (REQUEST,)),
    Command(("reissue", "list"), "list the requests", list_requests),
)
