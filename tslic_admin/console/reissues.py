"""The commands about reissue requests: collecting licenses, recording the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tslic_admin.console import removals, voids
from tslic_admin.console.call import Call
from tslic_admin.console.command import ANYWAY, Argument, Command, Option, reason

if TYPE_CHECKING:
    from tslic_admin.services.changes import Done

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
    from tslic_admin.services import acts, reissues

    with call.writing() as session:
        other = call.text("same_call_as")
        done = reissues.open_request(
            session,
            acts.find_server(session, call.required("server")),
            same_call_as=acts.find_request(session, other) if other is not None else None,
            reason=call.text("reason"),
        )
    return _report(call, done, "Reissue request {} was opened.")


def add(call: Call) -> int:
    from tslic_admin.services import acts, reissues

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        wanted = []
        for text in call.texts("licenses"):
            reference, _, computer = text.partition("=")
            wanted.append((acts.find_license(session, reference), computer or None))
        done = reissues.collect(
            session, request, wanted, reason=call.text("reason"), anyway=call.switch("anyway")
        )
    return _report(call, done, f"Licenses added to reissue request {{}}: {len(wanted)}.")


def drop(call: Call) -> int:
    from tslic_admin.services import acts, reissues

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        issuances = [acts.find_license(session, text) for text in call.texts("licenses")]
        done = reissues.drop(session, request, issuances)
    return _report(call, done, f"Licenses dropped from reissue request {{}}: {len(issuances)}.")


def record(call: Call) -> int:
    from tslic_admin.services import acts, reissue_calls
    from tslic_admin.services.machine import key_pack

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        named = call.texts("licenses")
        done = reissue_calls.record(
            session,
            request,
            code=call.required("code"),
            quantity=call.required("quantity"),
            on=call.required("on"),
            licenses=[acts.find_license(session, text) for text in named] if named else None,
            keypack_id=call.text("keypack_id"),
            case=call.text("case"),
            agent=call.text("agent"),
            phone=call.text("phone"),
        )
    row = call.row("packs", done.made)
    pack = key_pack(row) if row else None
    said = f"Reissue {{}} was recorded, as key pack {pack['Pack'] if pack else ''}."
    return _report(call, done, said, keypack=pack)


def correct(call: Call) -> int:
    from tslic_admin.services import acts, reissue_links
    from tslic_admin.services.machine import key_pack

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        done = reissue_links.correct(session, request, code=call.required("code"), reason=call.text("reason"))
    row = call.row("packs", done.made)
    return _report(
        call, done, "The code of reissue {} was corrected.", keypack=key_pack(row) if row else None
    )


def link(call: Call) -> int:
    from tslic_admin.services import acts, reissue_links
    from tslic_admin.services.machine import key_pack

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        done = reissue_links.set_link(
            session, request, call.required("keypack_id"), reason=call.text("reason")
        )
    row = call.row("packs", done.made)
    pack = key_pack(row) if row else None
    return _report(call, done, f"Reissue {{}} is key pack {pack['Pack'] if pack else ''}.", keypack=pack)


def set_installed(call: Call) -> int:
    from tslic_admin.services import acts, reissue_calls

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        done = reissue_calls.set_installed(session, request, on=call.required("on"))
    return _report(call, done, "The licenses of reissue {} are installed.")


def withdraw(call: Call) -> int:
    from tslic_admin.services import acts, reissues

    with call.writing() as session:
        request = acts.find_request(session, call.required("request"))
        done = reissues.withdraw(session, request, reason=call.text("reason"))
    return _report(call, done, "Reissue request {} was withdrawn.")


def _report(call: Call, done: Done, said: str, **more: object) -> int:
    return call.report(done, said.format(done.record), request=done.record, **more)


def show(call: Call) -> int:
    from tslic_admin.console.worksheet import worksheet
    from tslic_admin.services.acts import find_request
    from tslic_admin.services.requests import whole_request
    from tslic_admin.services.worksheets import read_worksheet

    with call.reading() as session:
        number = find_request(session, call.required("request")).id
    if call.terminal.as_json:
        call.terminal.document(whole_request(call.rows, call.row("requests", number)))
    elif sheet := read_worksheet(call.path, call.now, number):
        for line in worksheet(sheet):
            call.terminal.line(line)
    return 0


def list_requests(call: Call) -> int:
    from tslic_admin.services.requests import whole_request
    from tslic_admin.wording.columns import columns_of

    columns = columns_of(
        "requests",
        *("number", "server", "state", "licenses", "call_before", "version", "opened_on", "recorded_on"),
        *("quantity", "keypack_id", "case_number"),
    )
    return call.show(
        call.rows("requests", ended=True),
        columns,
        lambda row: whole_request(call.rows, row),
        nothing="No reissue requests are recorded.",
    )


COMMANDS = (
    Command(
        ("reissue", "open"),
        "open a request, to collect licenses for one call",
        open_request,
        (),
        (
            Option("--server", "server", "NAME", "the license server", required=True),
            Option("--same-call-as", "same_call_as", "N", "settled by the same call as this request"),
            reason(required=False),
        ),
    ),
    Command(
        ("reissue", "add"),
        "collect licenses into a request",
        add,
        (
            REQUEST,
            Argument("licenses", "LICENSE[=COMPUTER]", "and the computer that needs the new one", many=True),
        ),
        (reason(required=False), ANYWAY),
    ),
    Command(
        ("reissue", "drop"),
        "take licenses out of an open request",
        drop,
        (REQUEST, Argument("licenses", "LICENSE", "SERVER/KEYPACKID/LICENSEID", many=True)),
    ),
    Command(
        ("reissue", "record"),
        "record the call: the code, the quantity granted, the day",
        record,
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
        correct,
        (REQUEST,),
        (
            CODE,
            reason(required=True),
        ),
    ),
    Command(
        ("reissue", "link"),
        "say which of the server's key packs the reissued one is",
        link,
        (REQUEST, Argument("keypack_id", "KEYPACKID|none", "its number on the server; none takes it back")),
        (reason(required=True),),
    ),
    Command(
        ("reissue", "installed"),
        "say when the reissued licenses were installed",
        set_installed,
        (REQUEST,),
        (Option("--on", "on", "DAY", "the day", required=True),),
    ),
    removals.REISSUE,
    Command(
        ("reissue", "withdraw"),
        "give an open request up",
        withdraw,
        (REQUEST,),
        (reason(required=True),),
    ),
    voids.REISSUE,
    Command(("reissue", "show"), "the worksheet of a request", show, (REQUEST,)),
    Command(("reissue", "list"), "list the requests", list_requests),
)
