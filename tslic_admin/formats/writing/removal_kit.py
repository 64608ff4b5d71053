"""Write a removal kit: scripts that back up, delete and restore a client's license store, and the printable checklist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from tslic_admin.domain.records.removals import RemovalKit
from tslic_admin.formats.writing.html_pages import write_page

_PLAIN = re.compile(r"[^A-Za-z0-9 .,/@#:_-]")
ADMIN = "S-1-5-19"  # a key below HKEY_USERS that only an elevated process reads


Pairs = Sequence[tuple[str, str]]  # registry keys and the files of their backups


def shell_safe(text: str) -> str:
    """A name for a remark or a file: what could mean anything to a shell is an underscore."""
    return _PLAIN.sub("_", text)[:200]


def removal_scripts(kit: RemovalKit) -> dict[str, bytes]:
    """The files of a kit by their names."""
    backup, remove, restore = (
        "Backs up the license store. Changes nothing.",
        "Deletes what the backup holds.",
        "Puts the backup back.",
    )
    texts = {
        "1-backup.cmd": _cmd(kit, backup, _cmd_backup(kit)),
        "2-remove.cmd": _cmd(kit, remove, _cmd_remove(kit)),
        "3-restore.cmd": _cmd(kit, restore, _cmd_each(kit.backups, CMD_RESTORE)),
        "1-backup.ps1": _ps1(kit, backup, kit.backups, PS1_BACKUP),
        "2-remove.ps1": _ps1(kit, remove, kit.deletions, PS1_REMOVE),
        "3-restore.ps1": _ps1(kit, restore, kit.backups, PS1_RESTORE),
        "2-remove.reg": _reg(kit),
    }
    return {name: text.replace("\n", "\r\n").encode("ascii") for name, text in texts.items()}


def _about(kit: RemovalKit, purpose: str, *, remark: str) -> str:
    """The comment lines at the start of a script. `remark`: the text that starts a comment in its language."""
    what = f"tslic-admin: removal of license {shell_safe(kit.license)} from {shell_safe(kit.computer)}"
    return "".join(f"{remark} {line}\n" for line in (what, shell_safe(kit.because), purpose))


# cmd.exe. In a block that is repeated for each key, `{skip}` is the label behind it.

# a 32-bit shell on 64-bit Windows sees other keys under the same names
CMD_START = f"""setlocal
if defined PROCESSOR_ARCHITEW6432 goto bits
reg query "HKU\\{ADMIN}" >nul 2>nul
if errorlevel 1 goto rights
"""
CMD_END = """goto end
:bits
echo Start this from a 64-bit command prompt. Nothing was changed.
goto failed
:rights
echo Start this as administrator. Nothing was changed.
:failed
endlocal
exit /b 1
:end
endlocal
"""
CMD_QUESTION = "Type YES to delete what was backed up: "
CMD_SKIP_MISSING_KEY = """reg query "{key}" >nul 2>nul
if errorlevel 1 goto {skip}
"""
CMD_SKIP_MISSING_BACKUP = """if not exist "%~dp0{file}" goto {skip}
"""
CMD_BACKUP = f"""{CMD_SKIP_MISSING_KEY}reg export "{{key}}" "%~dp0{{file}}"
if errorlevel 1 goto failed
reg query "{{key}}\\Store"
"""
CMD_REMOVE = f"""{CMD_SKIP_MISSING_BACKUP}{CMD_SKIP_MISSING_KEY}reg delete "{{key}}" /f
if errorlevel 1 goto failed
"""
CMD_RESTORE = f"""{CMD_SKIP_MISSING_BACKUP}reg import "%~dp0{{file}}"
if errorlevel 1 goto failed
"""


def _cmd(kit: RemovalKit, purpose: str, body: str) -> str:
    return f"@echo off\n{_about(kit, purpose, remark='rem')}{CMD_START}{body}{CMD_END}"


def _cmd_each(pairs: Pairs, block: str) -> str:
    """Repeat a block of the script for each registry key and its backup file."""
    return "".join(
        f"{block.format(key=key, file=file, skip=f'none{number}')}:none{number}\n"
        for number, (key, file) in enumerate(pairs)
    )


def _cmd_backup(kit: RemovalKit) -> str:
    exists = "".join(f'if exist "%~dp0{file}" goto exists\n' for _, file in kit.backups)
    return f"""{exists}{_cmd_each(kit.backups, CMD_BACKUP)}\
echo The licenses that were found are listed above, if there are any.
goto end
:exists
echo There is a backup in this folder already. It is kept, and nothing was done.
goto failed
"""


def _cmd_remove(kit: RemovalKit) -> str:
    return f"""set ANSWER=
set /p ANSWER={CMD_QUESTION}
if not defined ANSWER goto stopped
if not "%ANSWER%"=="YES" goto stopped
{_cmd_each(kit.deletions, CMD_REMOVE)}\
echo Only what has a backup in this folder was deleted.
goto end
:stopped
echo Nothing was deleted.
goto failed
"""


# PowerShell 5.1 and 7

PS1_START = """#Requires -Version 5.1
#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
    throw 'Start this in a 64-bit PowerShell. Nothing was changed.'
}
"""
PS1_PATH = """    $path = 'Registry::' + $one.Key.Replace('HKLM', 'HKEY_LOCAL_MACHINE')
"""
PS1_EACH_BACKUP = """foreach ($one in $keys) {
    if (-not (Test-Path -LiteralPath $one.File)) { continue }
"""
PS1_BACKUP = f"""foreach ($one in $keys) {{
    if (Test-Path -LiteralPath $one.File) {{
        throw 'There is a backup in this folder already. It is kept, and nothing was done.'
    }}
}}
foreach ($one in $keys) {{
{PS1_PATH}    if (-not (Test-Path -LiteralPath $path)) {{ continue }}
    & reg.exe export $one.Key $one.File
    if ($LASTEXITCODE -ne 0) {{ throw 'The key could not be exported.' }}
    $store = Join-Path $path 'Store'
    if (Test-Path -LiteralPath $store) {{ Get-ChildItem -LiteralPath $store | Select-Object PSChildName }}
}}
"""
PS1_REMOVE = f"""if ((Read-Host 'Type YES to delete what was backed up') -cne 'YES') {{ throw 'Nothing was deleted.' }}
{PS1_EACH_BACKUP}{PS1_PATH}    if (Test-Path -LiteralPath $path) {{ Remove-Item -LiteralPath $path -Recurse -Force }}
}}
Write-Output 'Only what has a backup in this folder was deleted.'
"""
PS1_RESTORE = f"""{PS1_EACH_BACKUP}    & reg.exe import $one.File
    if ($LASTEXITCODE -ne 0) {{ throw 'The backup could not be put back.' }}
}}
"""


def _ps1(kit: RemovalKit, purpose: str, pairs: Pairs, body: str) -> str:
    keys = "".join(
        f"    @{{ Key = '{key}'; File = (Join-Path $PSScriptRoot '{file}') }}\n" for key, file in pairs
    )
    return f"{_about(kit, purpose, remark='#')}{PS1_START}$keys = @(\n{keys})\n{body}"


# regedit


def _reg(kit: RemovalKit) -> str:
    """Deletes without asking for a backup, as regedit does: for those who made one by hand."""
    about = _about(kit, "Back the key up before: File, Export.", remark=";")
    keys = "".join(f"\n[-{key.replace('HKLM', 'HKEY_LOCAL_MACHINE', 1)}]\n" for key, _ in kit.deletions)
    return f"Windows Registry Editor Version 5.00\n\n{about}{keys}\n"


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
    """The checklist page."""
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
