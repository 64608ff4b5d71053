"""The commands that collect licenses into reissue requests and record the call."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason_option
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.exporting.machine import key_pack
from tslic_admin.services.reissue import calls, requests

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
    with call.writing() as session:
        other = call.text("same_call_as")
        result = requests.open_request(
            session,
            lookup.find_server(session, call.required("server")),
            same_call_as=lookup.find_request(session, other) if other is not None else None,
            reason=call.text("reason"),
        )
    return _report_request(call, result, "Reissue request {} was opened.")


def add_licenses(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        additions = []
        for text in call.texts("licenses"):
            reference, _, computer = text.partition("=")
            additions.append((lookup.find_license(session, reference), computer or None))
        result = requests.collect(
            session, request, additions, reason=call.text("reason"), anyway=call.switch("anyway")
        )
    return _report_request(call, result, f"Licenses added to reissue request {{}}: {len(additions)}.")


def drop_licenses(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        issuances = [lookup.find_license(session, text) for text in call.texts("licenses")]
        result = requests.drop(session, request, issuances)
    return _report_request(call, result, f"Licenses dropped from reissue request {{}}: {len(issuances)}.")


def record_call(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        references = call.texts("licenses")
        result = calls.record(
            session,
            request,
            code=call.required("code"),
            quantity=call.required("quantity"),
            on=call.required("on"),
            licenses=[lookup.find_license(session, text) for text in references] if references else None,
            keypack_id=call.text("keypack_id"),
            case=call.text("case"),
            agent=call.text("agent"),
            phone=call.text("phone"),
        )
    row = call.row("key-packs", result.made)
    pack = key_pack(row) if row else None
    message = f"Reissue {{}} was recorded, as key pack {pack['Pack'] if pack else ''}."
    return _report_request(call, result, message, keypack=pack)


def correct_code(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        result = calls.correct(session, request, code=call.required("code"), reason=call.text("reason"))
    row = call.row("key-packs", result.made)
    return _report_request(
        call, result, "The code of reissue {} was corrected.", keypack=key_pack(row) if row else None
    )


def link_key_pack(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        result = calls.set_link(session, request, call.required("keypack_id"), reason=call.text("reason"))
    row = call.row("key-packs", result.made)
    pack = key_pack(row) if row else None
    return _report_request(
        call, result, f"Reissue {{}} is key pack {pack['Pack'] if pack else ''}.", keypack=pack
    )


def set_installed(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        result = calls.set_installed(session, request, on=call.required("on"))
    return _report_request(call, result, "The licenses of reissue {} are installed.")


def withdraw_request(call: Call) -> int:
    with call.writing() as session:
        request = lookup.find_request(session, call.required("request"))
        result = requests.withdraw(session, request, reason=call.text("reason"))
    return _report_request(call, result, "Reissue request {} was withdrawn.")


def _report_request(call: Call, result: ActResult, message: str, **more: object) -> int:
    return call.report(result, message.format(result.record), request=result.record, **more)


COMMANDS = (
    Command(
        ("reissue", "open"),
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
        add_licenses,
        (
            REQUEST,
            Argument("licenses", "LICENSE[=COMPUTER]", "and the computer that needs the new one", many=True),
        ),
        (reason_option(required=False), ANYWAY),
    ),
    Command(
        ("reissue", "drop"),
        drop_licenses,
        (REQUEST, Argument("licenses", "LICENSE", "SERVER/KEYPACKID/LICENSEID", many=True)),
    ),
    Command(
        ("reissue", "record"),
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
        correct_code,
        (REQUEST,),
        (
            CODE,
            reason_option(required=True),
        ),
    ),
    Command(
        ("reissue", "link"),
        link_key_pack,
        (REQUEST, Argument("keypack_id", "KEYPACKID|none", "its number on the server; none takes it back")),
        (reason_option(required=True),),
    ),
    Command(
        ("reissue", "installed"),
        set_installed,
        (REQUEST,),
        (Option("--on", "on", "DAY", "the day", required=True),),
    ),
    Command(
        ("reissue", "withdraw"),
        withdraw_request,
        (REQUEST,),
        (reason_option(required=True),),
    ),
)
