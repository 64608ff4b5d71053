"""Write a removal kit: scripts that back up, delete and restore a client's license store, and the printable checklist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from tslic_admin.domain.records.removals import RemovalKit
from tslic_admin.formats.writing.html_pages import write_page

_PLAIN = re.compile(r"[^A-Za-z0-9 .,/@#:_-]")
ADMIN = "S-1-5-19"  # a key below HKEY_USERS that only an elevated process reads


def shell_safe(text: str) -> str:
    """A name for a remark or a file: what could mean anything to a shell is an underscore."""
    return _PLAIN.sub("_", text)[:200]


def removal_scripts(kit: RemovalKit) -> dict[str, bytes]:
    """The files of a kit by their names."""
    texts = {
        "1-backup.cmd": _cmd(kit, "Backs up the license store. Changes nothing.", _cmd_backup(kit)),
        "2-remove.cmd": _cmd(kit, "Deletes what the backup holds.", _cmd_remove(kit)),
        "3-restore.cmd": _cmd(kit, "Puts the backup back.", _cmd_restore(kit)),
        "1-backup.ps1": _ps1(kit, "Backs up the license store. Changes nothing.", _ps1_backup(kit)),
        "2-remove.ps1": _ps1(kit, "Deletes what the backup holds.", _ps1_remove(kit)),
        "3-restore.ps1": _ps1(kit, "Puts the backup back.", _ps1_restore(kit)),
        "2-remove.reg": _reg(kit),
    }
    return {name: "".join(f"{line}\r\n" for line in lines).encode("ascii") for name, lines in texts.items()}


def _about(kit: RemovalKit, purpose: str) -> Iterator[str]:
    yield f"tslic-admin: removal of license {shell_safe(kit.license)} from {shell_safe(kit.computer)}"
    yield shell_safe(kit.because)
    yield purpose


# cmd.exe


def _cmd(kit: RemovalKit, purpose: str, body: Iterable[str]) -> list[str]:
    return [
        "@echo off",
        *(f"rem {line}" for line in _about(kit, purpose)),
        "setlocal",
        # a 32-bit shell on 64-bit Windows sees other keys under the same names
        "if defined PROCESSOR_ARCHITEW6432 goto bits",
        f'reg query "HKU\\{ADMIN}" >nul 2>nul',
        "if errorlevel 1 goto rights",
        *body,
        "goto end",
        ":bits",
        "echo Start this from a 64-bit command prompt. Nothing was changed.",
        "goto failed",
        ":rights",
        "echo Start this as administrator. Nothing was changed.",
        ":failed",
        "endlocal",
        "exit /b 1",
        ":end",
        "endlocal",
    ]


def _cmd_backup(kit: RemovalKit) -> Iterator[str]:
    for _, file in kit.backups:
        yield f'if exist "%~dp0{file}" goto exists'
    for number, (key, file) in enumerate(kit.backups):
        yield f'reg query "{key}" >nul 2>nul'
        yield f"if errorlevel 1 goto none{number}"
        yield f'reg export "{key}" "%~dp0{file}"'
        yield "if errorlevel 1 goto failed"
        yield f'reg query "{key}\\Store"'
        yield f":none{number}"
    yield "echo The licenses that were found are listed above, if there are any."
    yield "goto end"
    yield ":exists"
    yield "echo There is a backup in this folder already. It is kept, and nothing was done."
    yield "goto failed"


def _cmd_remove(kit: RemovalKit) -> Iterator[str]:
    yield "set ANSWER="
    yield "set /p ANSWER=Type YES to delete what was backed up: "
    yield "if not defined ANSWER goto stopped"
    yield 'if not "%ANSWER%"=="YES" goto stopped'
    for number, (key, file) in enumerate(kit.deletions):
        yield f'if not exist "%~dp0{file}" goto none{number}'
        yield f'reg query "{key}" >nul 2>nul'
        yield f"if errorlevel 1 goto none{number}"
        yield f'reg delete "{key}" /f'
        yield "if errorlevel 1 goto failed"
        yield f":none{number}"
    yield "echo Only what has a backup in this folder was deleted."
    yield "goto end"
    yield ":stopped"
    yield "echo Nothing was deleted."
    yield "goto failed"


def _cmd_restore(kit: RemovalKit) -> Iterator[str]:
    for number, (_, file) in enumerate(kit.backups):
        yield f'if not exist "%~dp0{file}" goto none{number}'
        yield f'reg import "%~dp0{file}"'
        yield "if errorlevel 1 goto failed"
        yield f":none{number}"


# PowerShell 5.1 and 7


def _ps1(kit: RemovalKit, purpose: str, body: Iterable[str]) -> list[str]:
    return [
        *(f"# {line}" for line in _about(kit, purpose)),
        "#Requires -Version 5.1",
        "#Requires -RunAsAdministrator",
        "$ErrorActionPreference = 'Stop'",
        "if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {",
        "    throw 'Start this in a 64-bit PowerShell. Nothing was changed.'",
        "}",
        *body,
    ]


def _ps1_pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "$keys = @("
    for key, file in pairs:
        yield f"    @{{ Key = '{key}'; File = (Join-Path $PSScriptRoot '{file}') }}"
    yield ")"


def _ps1_backup(kit: RemovalKit) -> Iterator[str]:
    yield from _ps1_pairs(kit.backups)
    yield "foreach ($one in $keys) {"
    yield "    if (Test-Path -LiteralPath $one.File) {"
    yield "        throw 'There is a backup in this folder already. It is kept, and nothing was done.'"
    yield "    }"
    yield "}"
    yield "foreach ($one in $keys) {"
    yield "    $path = 'Registry::' + $one.Key.Replace('HKLM', 'HKEY_LOCAL_MACHINE')"
    yield "    if (-not (Test-Path -LiteralPath $path)) { continue }"
    yield "    & reg.exe export $one.Key $one.File"
    yield "    if ($LASTEXITCODE -ne 0) { throw 'The key could not be exported.' }"
    yield "    $store = Join-Path $path 'Store'"
    yield "    if (Test-Path -LiteralPath $store) { Get-ChildItem -LiteralPath $store | Select-Object PSChildName }"
    yield "}"


def _ps1_remove(kit: RemovalKit) -> Iterator[str]:
    yield from _ps1_pairs(kit.deletions)
    yield "if ((Read-Host 'Type YES to delete what was backed up') -cne 'YES') { throw 'Nothing was deleted.' }"
    yield "foreach ($one in $keys) {"
    yield "    if (-not (Test-Path -LiteralPath $one.File)) { continue }"
    yield "    $path = 'Registry::' + $one.Key.Replace('HKLM', 'HKEY_LOCAL_MACHINE')"
    yield "    if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Recurse -Force }"
    yield "}"
    yield "Write-Output 'Only what has a backup in this folder was deleted.'"


def _ps1_restore(kit: RemovalKit) -> Iterator[str]:
    yield from _ps1_pairs(kit.backups)
    yield "foreach ($one in $keys) {"
    yield "    if (-not (Test-Path -LiteralPath $one.File)) { continue }"
    yield "    & reg.exe import $one.File"
    yield "    if ($LASTEXITCODE -ne 0) { throw 'The backup could not be put back.' }"
    yield "}"


# regedit


def _reg(kit: RemovalKit) -> list[str]:
    """Deletes without asking for a backup, as regedit does: for those who made one by hand."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    lines += [f"; {line}" for line in _about(kit, "Back the key up before: File, Export.")]
    for key, _ in kit.deletions:
        lines += ["", f"[-{key.replace('HKLM', 'HKEY_LOCAL_MACHINE', 1)}]"]
    return [*lines, ""]


@dataclass(frozen=True, slots=True)
class ChecklistPage:
    """The printable page of a kit. `effects` and `steps` are sentences."""

    title: str
    facts: Sequence[tuple[str, str]]
    steps: Sequence[str]
    effects: Sequence[str]


def removal_checklist(
    kit: RemovalKit, *, made_on: str, effects: Sequence[str], steps: Sequence[str]
) -> bytes:
    """The page. Names are shown whole, whatever is in them."""
    facts = (
        ("Computer", kit.computer),
        ("License", kit.license),
        ("Because of", kit.because),
        ("Deleted", "\n".join(key for key, _ in kit.deletions)),
        ("Made on", made_on),
    )
    page, text = ChecklistPage("Removal of a license from its old client", facts, steps, effects), StringIO()
    write_page("removal_checklist.mako", page, text)
    return text.getvalue().encode()
