"""The command that prints the PowerShell script which reads license servers."""

from __future__ import annotations

from tslic_admin.console.command import Command, Option
from tslic_admin.console.invocation import Invocation
from tslic_admin.services.importing import collector


def print_script(invocation: Invocation) -> int:
    names = collector.read_server_names(invocation.texts("server"))
    script = collector.script(names)
    if invocation.terminal.as_json:
        invocation.terminal.document({"servers": names, "script": script.decode("ascii")})
        return 0
    with invocation.terminal.open_output():
        # bytes: a text stream of Windows would end each line twice
        invocation.terminal.binary_output().write(script)
    return 0


COMMANDS = (
    Command(
        ("collector",),
        print_script,
        options=(
            Option(
                "--server",
                "server",
                "NAME",
                "a server to read, and again for each; else the computer it runs on",
                many=True,
            ),
        ),
    ),
)
