"""The commands that collect licenses into reissue requests and record the call."""

from __future__ import annotations

from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason_option
from tslic_admin.console.invocation import Invocation
from tslic_admin.domain.catalogue.key_packs import PACKS
from tslic_admin.services import lookup
from tslic_admin.services.changes import ActResult
from tslic_admin.services.reissue import calls, requests
from tslic_admin.wording.lists.key_packs import pack_item

REQUEST = Argument("request", "REQUEST", "the request's number")
CODE = Option(
    "--code",
    "code",
    "CODE",
    "the confirmation code (license key pack ID), 35 characters; - asks for it",
    required=True,
    secret=True,
)


def open_request(invocation: Invocation) -> int:
    with invocation.writing() as session:
        other = invocation.text("same_call_as")
        result = requests.open_request(
            session,
            lookup.find_server(session, invocation.required("server")),
            same_call_as=lookup.find_request(session, other) if other is not None else None,
            reason=invocation.text("reason"),
        )
    return _report_request(invocation, result, "Reissue request {} was opened.")


def add_licenses(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        additions = []
        for text in invocation.texts("licenses"):
            reference, _, computer = text.partition("=")
            additions.append((lookup.find_license(session, reference), computer or None))
        result = requests.collect(
            session, request, additions, reason=invocation.text("reason"), anyway=invocation.switch("anyway")
        )
    return _report_request(invocation, result, f"Licenses added to reissue request {{}}: {len(additions)}.")


def drop_licenses(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        issuances = [lookup.find_license(session, text) for text in invocation.texts("licenses")]
        result = requests.drop(session, request, issuances)
    return _report_request(
        invocation, result, f"Licenses dropped from reissue request {{}}: {len(issuances)}."
    )


def record_call(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        references = invocation.texts("licenses")
        result = calls.record(
            session,
            request,
            invocation.typed(calls.ReissueCall),
            [lookup.find_license(session, text) for text in references] if references else None,
        )
    row = invocation.find_row(PACKS, result.second_record)
    pack = pack_item(row) if row else None
    message = f"Reissue {{}} was recorded, as key pack {pack['Pack'] if pack else ''}."
    return _report_request(invocation, result, message, keypack=pack)


def correct_code(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        result = calls.correct(
            session, request, code=invocation.required("code"), reason=invocation.text("reason")
        )
    row = invocation.find_row(PACKS, result.second_record)
    return _report_request(
        invocation, result, "The code of reissue {} was corrected.", keypack=pack_item(row) if row else None
    )


def link_key_pack(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        result = calls.set_link(
            session, request, invocation.required("keypack_id"), reason=invocation.text("reason")
        )
    row = invocation.find_row(PACKS, result.second_record)
    pack = pack_item(row) if row else None
    return _report_request(
        invocation, result, f"Reissue {{}} is key pack {pack['Pack'] if pack else ''}.", keypack=pack
    )


def set_installed(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        result = calls.set_installed(session, request, on=invocation.required("on"))
    return _report_request(invocation, result, "The licenses of reissue {} are installed.")


def withdraw_request(invocation: Invocation) -> int:
    with invocation.writing() as session:
        request = lookup.find_request(session, invocation.required("request"))
        result = requests.withdraw(session, request, reason=invocation.text("reason"))
    return _report_request(invocation, result, "Reissue request {} was withdrawn.")


def _report_request(invocation: Invocation, result: ActResult, message: str, **more: object) -> int:
    return invocation.report(result, message.format(result.record), request=result.record, **more)


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
