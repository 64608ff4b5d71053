"""The command that says what changed between the snapshots of a server."""

from __future__ import annotations

from tslic_admin.console.call import Call
from tslic_admin.console.command import Command, Option


def show(call: Call) -> int:
    from tslic_admin.db.pages import every_row
    from tslic_admin.services.acts import find_server
    from tslic_admin.services.comparisons import changes_of
    from tslic_admin.services.machine import change
    from tslic_admin.wording.columns import columns_of

    with call.reading() as session:
        server = find_server(session, call.required("server")).id
    spec = changes_of(server, since=call.text("since"), until=call.text("until"))
    return call.show(
        every_row(call.path, call.now, spec),
        columns_of("changes", "entry", "taken_at", "what", "subject", "computer", "change"),
        change,
        nothing="Nothing changed between the lists that were imported.",
    )


COMMANDS = (
    Command(
        ("compare",),
        "list what changed between the snapshots of a server",
        show,
        (),
        (
            Option("--server", "server", "NAME", "the license server", required=True),
            Option("--since", "since", "DAY", "of snapshots taken from this day on"),
            Option("--until", "until", "DAY", "of snapshots taken up to this day"),
        ),
    ),
)
