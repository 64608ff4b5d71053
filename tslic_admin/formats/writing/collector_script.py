"""Write the PowerShell script that reads license servers into one file for the import."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tslic_admin.formats.lists.collector_file import COLLECTOR_FORMAT, COLLECTOR_VERSION
from tslic_admin.formats.tables.server_tables import KEY_PACK_TABLE, LICENSE_TABLE, SERVER_TABLE
from tslic_admin.formats.tables.table_definition import TableDefinition

FILE_NAME = "tslic-collector.ps1"
_PIECES = re.compile(r"[ -~]+|[^ -~]", re.DOTALL)


def collector_script(names: Sequence[str]) -> bytes:
    """The script; it reads these servers unless told others, and its own computer where there are none."""
    text = _SCRIPT
    for mark, value in _VALUES.items():
        text = text.replace(mark, value)
    lines = text.splitlines()
    at = lines.index("@NAMES@")
    lines[at : at + 1] = [
        f"        {powershell_text(name)}{',' if n < len(names) else ''}"
        for n, name in enumerate(names, start=1)
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def powershell_text(text: str) -> str:
    """A text as PowerShell reads it back, in ASCII: whatever could end it, or is not plain, is a number.

    PowerShell takes four curly quotation marks for an apostrophe, so that doubling that one is not enough.
    """
    pieces = []
    for piece in _PIECES.findall(text):
        if " " <= piece[0] <= "~":
            pieces.append("'" + piece.replace("'", "''") + "'")
            continue
        units = piece.encode("utf-16-le", "surrogatepass")
        codes = [units[place] | units[place + 1] << 8 for place in range(0, len(units), 2)]
        pieces += [f"[char]{code}" for code in codes]
    if not pieces or pieces[0].startswith("["):
        pieces.insert(0, "''")  # what is added to a text is a text
    return pieces[0] if len(pieces) == 1 else f"({' + '.join(pieces)})"


def _properties(table: TableDefinition) -> str:
    """The documented properties of a class, as a list of texts."""
    own = {"server", "activation"}
    names = (column.headings[0] for column in table.columns if column.field not in own)
    return ", ".join(f"'{name}'" for name in names)


_VALUES = {
    "@FORMAT@": COLLECTOR_FORMAT,
    "@VERSION@": str(COLLECTOR_VERSION),
    "@SERVER@": _properties(SERVER_TABLE),
    "@KEYPACK@": _properties(KEY_PACK_TABLE),
    "@ISSUED@": _properties(LICENSE_TABLE),
}

_SCRIPT = """\
# tslic-admin: reads Terminal Services / Remote Desktop license servers into one file for the import.
# It only reads: nothing on a server is changed. Administrator rights on each license server are needed.
#   -Server  the license servers; without one this computer
#   -Path    the file to write; it must not be there yet
#Requires -Version 5.1
[CmdletBinding()]
param(
    [string[]] $Server = @(
@NAMES@
    ),
    [string] $Path = ''
)
Set-StrictMode -Off
$ErrorActionPreference = 'Stop'
$invariant = [System.Globalization.CultureInfo]::InvariantCulture
$newLine = [string] [char] 10

function Get-UtcText([datetime] $Time) {
    $Time.ToUniversalTime().ToString('yyyy-MM-dd\\THH:mm:ss.ffffff\\Z', $invariant)
}

function Get-RowText($Row, [string[]] $Names) {
    $found = [ordered] @{}
    foreach ($name in $Names) {
        $value = $Row.$name
        if ($value -is [datetime]) { $value = Get-UtcText $value }
        $found[$name] = $value
    }
    ConvertTo-Json -InputObject $found -Compress
}

# Rows are written as they come. What goes wrong with the server ends its list; a full disk ends everything.
function Write-List([string] $Key, [string] $Class, [string[]] $Names, [hashtable] $From) {
    $writer.Write(',' + $newLine + (ConvertTo-Json -InputObject $Key) + ':[')
    $script:rows = 0
    try {
        Get-CimInstance -ClassName $Class @From | ForEach-Object {
            $text = Get-RowText $_ $Names
            if ($script:rows -gt 0) { $writer.Write(',') }
            $writer.Write($newLine + $text)
            $script:rows += 1
            if ($script:rows % 1000 -eq 0) {
                Write-Progress -Activity $Class -Status ([string] $script:rows)
            }
            if ($Key -eq 'server' -and $_.ProductId) { $script:known = $true }
        }
    }
    catch [System.IO.IOException] { throw }
    catch { $script:problems += ($Class + ': ' + $_.Exception.Message) }
    $writer.Write(']')
}

function Open-Server([string] $Name) {
    $session = $null
    try {
        $session = New-CimSession -ComputerName $Name
        $null = Get-CimInstance -ClassName 'Win32_TSLicenseServer' -CimSession $session
        return $session
    }
    catch {
        if ($session) { Remove-CimSession -CimSession $session }
        return New-CimSession -ComputerName $Name -SessionOption (New-CimSessionOption -Protocol Dcom)
    }
}

function Write-Server([string] $Name) {
    $script:problems = @()
    $script:known = $false
    $from = @{}
    $status = $null
    $counted = 0
    $shown = $Name
    $local = $Name -eq '.' -or $Name -eq 'localhost'
    if ($local) { $shown = [System.Net.Dns]::GetHostName() }
    $taken = Get-UtcText ([datetime]::UtcNow)
    try {
        if (-not $local) { $from = @{ CimSession = (Open-Server $Name) } }
    }
    catch { $script:problems += $_.Exception.Message }
    $opened = $script:problems.Count -eq 0
    if ($opened) {
        try {
            $answer = Invoke-CimMethod -ClassName 'Win32_TSLicenseServer' -MethodName 'GetActivationStatus' @from
            if ($answer.ReturnValue -eq 0) { $status = $answer.ActivationStatus }
        }
        catch { $status = $null }
    }
    $head = [ordered] @{ name = $shown; taken_at = $taken; activation = $status }
    $writer.Write((ConvertTo-Json -InputObject $head -Compress).TrimEnd('}'))
    if ($opened) {
        Write-List 'server' 'Win32_TSLicenseServer' @(@SERVER@) $from
        Write-List 'key_packs' 'Win32_TSLicenseKeyPack' @(@KEYPACK@) $from
        $counted = $script:rows
        Write-List 'licenses' 'Win32_TSIssuedLicense' @(@ISSUED@) $from
        # who has no rights there is told nothing, not that it is forbidden
        $told = $script:known -or $null -ne $status
        if ($script:problems.Count -eq 0 -and ($counted -eq 0 -or -not $told)) {
            $script:problems += 'The server shows no key pack or no product ID. Use an account with administrator rights on it.'
        }
    }
    $complete = $script:problems.Count -eq 0
    $writer.Write(',' + $newLine + '"complete":' + (ConvertTo-Json -InputObject $complete) + ',"errors":[')
    $comma = ''
    foreach ($problem in $script:problems) {
        $writer.Write($comma + (ConvertTo-Json -InputObject ([string] $problem) -Compress))
        $comma = ','
    }
    $writer.Write(']}')
    if ($from.Count -gt 0) { Remove-CimSession -CimSession $from.CimSession }
    if ($complete) { Write-Output ($shown + ': ' + $counted + ' key packs, ' + $script:rows + ' issued licenses') }
    else { Write-Warning ($shown + ': not read whole. ' + ($script:problems -join ' ')) }
}

# powershell.exe -File hands several names over as one text
$names = @($Server | ForEach-Object { $_ -split ',' } | ForEach-Object { $_.Trim() } | Where-Object { $_ } | Sort-Object -Unique)
if ($names.Count -eq 0) { $names = @('.') }
if (-not $Path) { $Path = 'tslic-' + [datetime]::Now.ToString('yyyyMMdd-HHmmss', $invariant) + '.json' }
$file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
$stream = [System.IO.File]::Open($file, [System.IO.FileMode]::CreateNew, [System.IO.FileAccess]::Write)
$writer = New-Object -TypeName System.IO.StreamWriter -ArgumentList $stream, (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false)
try {
    $writer.Write('{"format":"@FORMAT@","version":@VERSION@,"servers":[')
    $between = ''
    foreach ($one in $names) {
        $writer.Write($between + $newLine)
        Write-Server $one
        $between = ','
    }
    $writer.Write($newLine + ']}' + $newLine)
}
finally { $writer.Dispose() }
Write-Output ('Written to ' + $file)
Write-Output 'Import this file in the window, or with: tslic-admin-cli import FILE'
"""
