"""The collector script: a grammar reads it, it only reads, and no name of a server leaves its quotation marks."""

from __future__ import annotations

import re

import pytest
from formats.writing.powershell import commands, constant, default_texts, every, invocations, parse, text
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tslic_admin.formats.lists.collector_file import COLLECTOR_FORMAT, COLLECTOR_VERSION
from tslic_admin.formats.writing.collector_script import collector_script, powershell_text

OWN = {"Get-UtcText", "Get-RowText", "Write-List", "Open-Server", "Write-Server"}
# what may be called, and the parameters that may be named; nothing of it changes a server
ALLOWED = {
    "Set-StrictMode": {"-Off"},
    "ConvertTo-Json": {"-InputObject", "-Compress"},
    "ForEach-Object": set(),
    "Where-Object": set(),
    "Sort-Object": {"-Unique"},
    "Write-Output": set(),
    "Write-Warning": set(),
    "Write-Progress": {"-Activity", "-Status"},
    "New-Object": {"-TypeName", "-ArgumentList"},
    "Get-CimInstance": {"-ClassName", "-CimSession"},
    "New-CimSession": {"-ComputerName", "-SessionOption"},
    "New-CimSessionOption": {"-Protocol"},
    "Remove-CimSession": {"-CimSession"},
    "Invoke-CimMethod": {"-ClassName", "-MethodName"},
}
METHODS = {
    ".ToUniversalTime", ".ToString", ".Write", ".TrimEnd", ".Trim", ".Dispose",
    ".GetUnresolvedProviderPathFromPSPath", "[System.IO.File]::Open", "[System.Net.Dns]::GetHostName",
}  # fmt: skip
TYPES = {
    "string", "char", "datetime", "hashtable", "ordered", "CmdletBinding", "System", "IO", "Net", "Dns", "File",
    "FileMode", "FileAccess", "IOException", "Globalization", "CultureInfo",
}  # fmt: skip
HOSTILE = [
    "O'Brien",
    "$(calc)",
    "$env:USERNAME`n",
    "'; Remove-Item C:\\ -Recurse #",
    "\u2019; calc #",
    "\u2018\u201a\u201b",
    "DC01\r\nRemove-Item *",
    "),'x'",
    "M\u00fcnchen",
    "\U0001f600",
    "\ud800",
    "@NAMES@ @FORMAT@",
    "",
    " ",
]
names = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text()), max_size=4)


def script(*names: str) -> bytes:
    return collector_script(names)


def test_it_is_plain_ascii_with_the_line_ends_of_windows():
    lines = script("DC01").decode("ascii").split("\r\n")
    assert not any("\n" in line or "\t" in line for line in lines)
    assert lines[-1] == ""
    assert "#Requires -Version 5.1" in lines


@settings(max_examples=40)
@given(names)
@example(HOSTILE)
def test_names_stay_texts_whatever_stands_in_them(names):
    root = parse(script(*names))
    assert default_texts(root, "$Server") == names
    assert [text(n) for n in every(root, "command_name")] == [
        text(n) for n in every(parse(script()), "command_name")
    ]


@given(st.text())
@example("'")
@example("\u2019")
def test_a_text_is_read_back_as_it_was(value):
    assert constant(parse(f"$x = {powershell_text(value)}".encode())) == value


def test_it_calls_only_what_reads_and_writes_only_its_own_file():
    root = parse(script("DC01"))
    used_commands = list(commands(root))
    assert {name for name, _, _ in used_commands} <= set(ALLOWED) | OWN
    for name, parameters, _ in used_commands:
        assert name in OWN or set(parameters) <= ALLOWED[name], name
    assert {text(n) for n in every(root, "function_name")} == OWN
    assert set(invocations(root)) <= METHODS
    assert {text(n) for n in every(root, "type_identifier")} <= TYPES


def test_the_one_method_of_a_server_that_is_called_only_tells():
    calls = [whole for name, _, whole in commands(parse(script())) if name == "Invoke-CimMethod"]
    assert [re.findall(r"'(\w+)'", whole) for whole in calls] == [
        ["Win32_TSLicenseServer", "GetActivationStatus"]
    ]


def test_what_is_made_is_a_writer_without_a_byte_order_mark_for_a_new_file():
    root = parse(script())
    made = {whole.split()[2] for name, _, whole in commands(root) if name == "New-Object"}
    assert made == {"System.IO.StreamWriter", "System.Text.UTF8Encoding"}
    source = script().decode()
    assert "System.Text.UTF8Encoding -ArgumentList $false" in source
    (opened,) = (line for line in source.splitlines() if "[System.IO.File]::Open" in line)
    assert "CreateNew" in opened, "what is there already is not written over"


def test_a_guard_that_takes_anything_would_be_none():
    root = parse(b"Remove-Item x; [System.IO.File]::Delete('x'); $a.Kill()")
    assert {name for name, _, _ in commands(root)} == {"Remove-Item"}
    assert list(invocations(root)) == ["[System.IO.File]::Delete", ".Kill"]
    with pytest.raises(AssertionError):
        parse(b"if ($a { throw 'x }")


def test_it_reads_the_three_classes_with_all_their_properties_and_no_secret():
    source = script().decode()
    classes = set(re.findall(r"'(Win32_\w+)'", source))
    assert classes == {"Win32_TSLicenseServer", "Win32_TSLicenseKeyPack", "Win32_TSIssuedLicense"}
    for name in (
        "sIssuedToUser",
        "sHardwareId",
        "TypeAndModel",
        "ProductVersionID",
        "VersionNumber",
        "eMail",
    ):
        assert f"'{name}'" in source
    assert "GetLicenseServerId" not in source
    assert f'"format":"{COLLECTOR_FORMAT}","version":{COLLECTOR_VERSION}' in source
