"""The scripts of a removal kit: read by parsers, with names that try to become commands."""

from __future__ import annotations

import re

import pytest
import tree_sitter
import tree_sitter_powershell
from hypothesis import example, given
from hypothesis import strategies as st

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.domain.records.removals import REGISTRY_KEYS, RemovalKit, read_store_entry
from tslic_admin.formats.writing.removal_kit import removal_checklist, removal_scripts, shell_safe

KEY = r"HKLM\\SOFTWARE\\(?:Wow6432Node\\)?Microsoft\\MSLicensing(?:\\Store(?:\\LICENSE[0-9A-F]{3})?)?"
FILE = r'"%~dp0MSLicensing-(?:64|32)\.reg"'
LABEL = r"[a-z]+[0-9]?"
# every line that may stand in a command file, but remarks and messages
COMMANDS = [
    r"@echo off",
    r"setlocal",
    r"endlocal",
    r"exit /b 1",
    rf":{LABEL}",
    rf"goto {LABEL}",
    rf"if errorlevel 1 goto {LABEL}",
    rf"if defined PROCESSOR_ARCHITEW6432 goto {LABEL}",
    rf"if (?:not )?exist {FILE} goto {LABEL}",
    r'reg query "HKU\\S-1-5-19" >nul 2>nul',
    rf'reg query "{KEY}"(?: >nul 2>nul)?',
    rf'reg export "{KEY}" {FILE}',
    rf'reg delete "{KEY}" /f',
    rf"reg import {FILE}",
    r"set ANSWER=",
    r"set /p ANSWER=Type YES to delete what was backed up: ",
    rf"if not defined ANSWER goto {LABEL}",
    rf'if not "%ANSWER%"=="YES" goto {LABEL}',
    r"echo [A-Za-z0-9 .,-]+",
    r"rem [A-Za-z0-9 .,/@#:_-]*",
]
HOSTILE = [
    'PC" & format c: & "',
    "PC%PATH%",
    "PC\r\ndel /q *",
    "PC'; Remove-Item C:\\ -Recurse #",
    "$(calc)`n",
    "PC^|more>x<y",
    "#>\nRemove-Item",
    "Müller-PC",
    "]\n[-HKEY_LOCAL_MACHINE\\SOFTWARE]",
    "\ud800",
    "",
]
names = st.one_of(st.sampled_from(HOSTILE), st.text())
kits = st.builds(
    RemovalKit,
    computer=names,
    license=names,
    because=names,
    views=st.sampled_from([("64", "32"), ("64",), ("32",)]),
    store_entry=st.sampled_from([None, "LICENSE000", "LICENSE00A"]),
)
BOTH = RemovalKit("PC1", "DC01/3/17", "Transfer 4 of 2026-03-02, to PC9")
ONE = RemovalKit("PC1", "DC01/3/17", "Reissue request 2", store_entry="LICENSE001")


def lines(kit: RemovalKit, name: str) -> list[str]:
    text = removal_scripts(kit)[name].decode("ascii")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.removesuffix("\r\n").split("\r\n")


@given(kits)
@example(RemovalKit(HOSTILE[0], HOSTILE[1], HOSTILE[2]))
def test_every_line_for_the_command_prompt_is_one_of_few(kit):
    for name in ("1-backup.cmd", "2-remove.cmd", "3-restore.cmd"):
        for line in lines(kit, name):
            assert any(re.fullmatch(command, line) for command in COMMANDS), line
            assert line.count('"') % 2 == 0


@given(kits)
def test_every_jump_has_its_label(kit):
    for name in ("1-backup.cmd", "2-remove.cmd", "3-restore.cmd"):
        text = lines(kit, name)
        labels = [line[1:] for line in text if line.startswith(":")]
        assert len(labels) == len(set(labels))
        assert set(re.findall(r"goto (\S+)", "\n".join(text))) <= set(labels)


POWERSHELL = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def commands(tree: tree_sitter.Node) -> set[str]:
    """What is called in a PowerShell script."""
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if node.type == "command_name":
            found.add((node.text or b"").decode())
        waiting += node.children
    return found


@given(kits)
def test_powershell_reads_every_script_and_calls_nothing_else(kit):
    allowed = {"Join-Path", "Test-Path", "reg.exe", "Get-ChildItem", "Select-Object", "Read-Host", "Remove-Item", "Write-Output"}  # fmt: skip
    for name in ("1-backup.ps1", "2-remove.ps1", "3-restore.ps1"):
        tree = POWERSHELL.parse("\n".join(lines(kit, name)).encode()).root_node
        assert not tree.has_error, name
        assert commands(tree) <= allowed


def test_a_parser_that_takes_anything_would_be_none():
    assert POWERSHELL.parse(b"if ($a { throw 'x }").root_node.has_error
    assert commands(POWERSHELL.parse(b"Remove-Item x; calc").root_node) == {"Remove-Item", "calc"}


@given(kits)
def test_regedit_deletes_the_keys_and_nothing_else(kit):
    text = lines(kit, "2-remove.reg")
    assert text[0] == "Windows Registry Editor Version 5.00"
    keys = [line for line in text[1:] if line and not line.startswith("; ")]
    below = f"\\Store\\{kit.store_entry}" if kit.store_entry else ""
    assert keys == [
        f"[-{REGISTRY_KEYS[view].replace('HKLM', 'HKEY_LOCAL_MACHINE')}{below}]" for view in kit.views
    ]


@given(kits)
def test_no_file_names_the_server_s_own_licensing(kit):
    for content in removal_scripts(kit).values():
        assert b"GracePeriod" not in content
        assert b"RCM" not in content.replace(shell_safe(kit.computer).encode(), b"").replace(
            shell_safe(kit.license).encode(), b""
        ).replace(shell_safe(kit.because).encode(), b"")


def test_one_license_leaves_the_others_and_the_hardware_id():
    text = "\n".join(lines(ONE, "2-remove.cmd"))
    deleted = re.findall(r'reg delete "([^"]+)"', text)
    assert deleted == [f"{REGISTRY_KEYS[view]}\\Store\\LICENSE001" for view in ("64", "32")]
    backed_up = re.findall(r'reg export "([^"]+)"', "\n".join(lines(ONE, "1-backup.cmd")))
    assert backed_up == list(REGISTRY_KEYS.values())


def test_what_has_no_backup_is_not_deleted():
    text = lines(BOTH, "2-remove.cmd")
    for view in REGISTRY_KEYS:
        checked_at = text.index(f'if not exist "%~dp0MSLicensing-{view}.reg" goto none{int(view == "32")}')
        assert checked_at < text.index(f'reg delete "{REGISTRY_KEYS[view]}" /f')
    script = "\n".join(lines(BOTH, "2-remove.ps1"))
    assert script.index("Test-Path -LiteralPath $one.File") < script.index("Remove-Item")


def test_a_backup_that_is_there_is_never_written_over():
    text = lines(BOTH, "1-backup.cmd")
    assert text.index('if exist "%~dp0MSLicensing-32.reg" goto exists') < text.index(
        f'reg export "{REGISTRY_KEYS["64"]}" "%~dp0MSLicensing-64.reg"'
    )


@pytest.mark.parametrize("text", ["LICENSE000", " license00a "])
def test_a_license_s_own_key_is_read(text):
    assert read_store_entry(text) == text.strip().upper()


@pytest.mark.parametrize("text", ["", "LICENSE", "LICENSE0000", "..\\..\\Run", "HardwareID", "LICENSE00G"])
def test_another_key_is_refused(text):
    with pytest.raises(RuleViolation, match="kit-entry-malformed"):
        read_store_entry(text)


@pytest.mark.parametrize("views", [(), ("16",)])
def test_there_is_no_kit_without_a_place_to_look_at(views):
    with pytest.raises(RuleViolation, match="kit-view-missing"):
        RemovalKit("PC1", "x", "y", views)


@given(names)
def test_the_page_shows_names_whole_and_never_as_markup(name):
    name = name.encode("utf-8", "replace").decode()
    kit = RemovalKit(f"<script>{name}", "DC01/3/17", "a & b")
    page = removal_checklist(kit, made_on="2026-03-02", effects=["<b>"], steps=["1 < 2"]).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "a &amp; b" in page
    assert page.count("<table>") == page.count("</table>") == 1
