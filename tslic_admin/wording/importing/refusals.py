"""Why an import, a file or a row of it is refused: one sentence for each code of formats/ and of the import."""

from __future__ import annotations

ROW_REFUSALS = {
    "keypack-id-missing": "The Keypack ID is empty: nobody can say which key pack this row belongs to.",
    "license-id-missing": "The License ID is empty: nobody can say which license this row is about.",
    "number-malformed": "“{value}” is not a whole number from 0 to 4294967295.",
    "word-unknown": "“{value}” is neither a number nor one of Microsoft's English words for this column.",
    "date-malformed": "“{value}” is no date that can be read, or not one in the date order of this file.",
    "text-characters": "“{value}” holds line breaks or control characters, which no name has.",
    "value-nested": "What stands under {value} is not a single value. Write it to JSON with a greater -Depth, or as CSV.",
    "row-too-short": "The row has fewer cells than there are headings, so its end may be lost: {value}",
    "row-too-long": "The row has more cells than there are headings, so a separator stands inside a value: {value}",
    "row-quotes": "A quotation mark stands out of place here, so the cells cannot be told apart.",
    "row-misaligned": "A value runs across the border of its column, so the cells cannot be told apart: {value}",
    "cell-cut": "“{value}” was cut short by the width of the window.",
    "client-entry-unread": (
        "What {value} of the license store holds is damaged or no license at all. Export the key again, or"
        " leave it out."
    ),
    "row-not-recognised": "This is no row of key packs, issued licenses or servers: {value}",
    "ldif-change": (
        "{value} is a change of a directory, not what the directory holds. Export the users again with ldifde -f."
    ),
    "ldif-encoding": "A value of {value} is not the base64 that its two colons say. Export the users again.",
    "event-record-id-missing": "Event {value} has no EventRecordID, by which it would be known again. Export the log anew.",
    "event-parameters": "Event {value} has fewer parameters than Microsoft documents for it, so nobody can say what they mean.",
}

FILE_REFUSALS = {
    "file-not-recognised": (
        "Nothing in this file is known: it holds no key packs, issued licenses, server data or evidence of licenses"
        " in a form that can be read. Export them again, for example with Export-Csv."
    ),
    "file-too-large": (
        "The file is larger than {largest} GB, and no server's list is. Choose the exported list itself."
    ),
    "file-is-archive": "This is a compressed file. Unpack it, and import what was in it.",
    "file-is-document": (
        "This is a workbook, an archive or another document, which is not read here. Save the list as CSV, or"
        " unpack what is in it."
    ),
    "file-is-program": "This is a program, no list of a server. Choose the exported list.",
    "file-is-database": (
        "This is a database file, whose form is not public or not meant for this. Export the server's lists,"
        " for example with Export-Csv."
    ),
    "file-endless-line": (
        "The file holds a line without an end, so it is no list of rows, and no JSON that can be read either."
        " Export it again, for example with Export-Csv."
    ),
    "too-many-refused": (
        "More than {count} rows of this file cannot be read, so it is no such list. Look at its first lines, and"
        " export it again."
    ),
    "too-many-headings": (
        "The rows of this file have more than {count} different sets of properties, so it is no list of a server."
        " Export the list again."
    ),
    "row-endless": (
        "The row that begins in line {line} does not end: a quotation mark may stand open there. Correct it, or"
        " export the list again."
    ),
    "format-does-not-fit": (
        "The file is not in the format {value}. Choose another format, or let it be found automatically."
    ),
    "unknown-format": "There is no format “{value}”. Choose auto or one of these: {known}.",
    "unknown-date-order": "There is no date order “{value}”. Choose auto or one of these: {known}.",
    "date-order-open": (
        "The file leaves open whether day or month comes first, as in {value}. Choose the date order of the"
        " machine that wrote it: mdy, dmy or ymd."
    ),
    "columns-missing": (
        "The file lacks {columns}, without which its rows cannot be told apart. Export it again with"
        " this property."
    ),
    "columns-unknown": (
        "Nobody said yet what the columns of this table are: {columns}. Say it once in the window (Import, then"
        " Map Columns); it is kept for every file with these headings."
    ),
    "mapping-subject-unknown": "“{value}” is no list of a license server. Choose one of those offered.",
    "mapping-property-unknown": "“{value}” is no property of this list. Choose one of those offered.",
    "mapping-twice": "Two columns cannot both be {property}. Leave one of them out.",
    "mapping-missing": "No column is {properties} yet; without it no row can be told from another. Choose which one it is.",
    "mapping-nothing": "Nothing more than what tells the rows apart would be read. Say what at least one more column is.",
    "columns-ambiguous": (
        "The columns {first} and {second} could be the same property, and nobody can say which one counts."
        " Remove one of them, or say in the window what each column is."
    ),
    "machines-mixed": (
        "The rows are of several machines, {first} and {second}, and none is named. Export the name with them,"
        " as the column Netbios_Name0, or each machine on its own."
    ),
    "own-readable": (
        "This is an export of this program for people: it shows days instead of times and words instead of"
        " codes. Import an export in machine form, which comes back in as it was."
    ),
    "json-malformed": (
        "The JSON text is damaged or ends too early, somewhere after line {line}. Export it again."
    ),
    "collector-newer": (
        "This file was written by a newer collector script (form {version}; this program reads form {known}). "
        "Update this program, or use its own script."
    ),
    "xml-doctype": (
        "The file has a document type (DOCTYPE, line {line}), which exported events do not have and which is not read,"
        " since it can make a program open other files. Export the events again, or remove it."
    ),
    "xml-malformed": (
        "The XML is damaged or ends too early, somewhere around line {line}. Export the events again."
    ),
    "section-headings": (
        "The headings in line {line} are not in the fixed order of this section: “{value}” stands where"
        " {expected} is expected. Check the agent's script."
    ),
    # a client's own license
    "client-file-unknown": (
        "The file is no client's license: neither a registry export of MSLicensing (.reg), nor a license chain"
        " (.cal, .p7b, license.HOST), nor a NEW_LICENSE_INFO. Export HKLM\\SOFTWARE\\Microsoft\\MSLicensing on the"
        " client, or choose its license file."
    ),
    "client-file-too-large": (
        "The file is larger than {most} MB, and a client's licenses are some kilobytes. Export only the key"
        " HKLM\\SOFTWARE\\Microsoft\\MSLicensing."
    ),
    "client-file-other-keys": (
        "The registry export does not hold the key MSLicensing, where a client keeps its licenses. Export"
        " HKLM\\SOFTWARE\\Microsoft\\MSLicensing, and the same under Wow6432Node."
    ),
    "client-file-many-entries": (
        "The registry export holds more than {most} licenses, and a client holds a handful. Export the key of one"
        " client."
    ),
    "client-license-damaged": (
        "The license is damaged or was cut: its {what} cannot be what it should. Copy or export it again."
    ),
    "client-license-too-long": (
        "There are more than {most} bytes where a license of some kilobytes should be. Export or copy it again."
    ),
    "client-license-too-many": (
        "The licenses of this file are more than {most} bytes together, more than a client can hold. Export the"
        " key of one client."
    ),
    "client-license-none": (
        "There is no client's license in it, only certificates of servers, if any. Choose the file of a client."
    ),
    "client-license-only-deletes": (
        "The registry file holds no license: it only deletes keys or values of the license store. Choose the"
        " export that was made before."
    ),
}


IMPORT_REFUSALS = {
    "too-many-files": "There are more than {most} files in {folder}. Name a folder with the exported lists only.",
    "folder-empty": "There is no file in {folder}. Check which folder holds the exported lists.",
    "file-not-readable": "The file cannot be read: {why}. Close it in other programs, or choose another.",
    "file-changed": "The file was written while it was read. Import it again when it is complete.",
    "import-refused": "Refused rows and files: {count}, so nothing was imported. Correct them, or import without them.",
    "time-zone-unknown": "“{value}” is no time zone. Give its IANA name, such as Europe/Berlin.",
}


IMPORT_ROW_REFUSALS = {
    # whole lists (line 0)
    "server-rebuilt": (
        "{pack} has another {field} in this file than it had: this looks like a rebuilt or another server than "
        "{server}. If {server} was rebuilt, record that first (Server Was Rebuilt, or servers rebuilt), then "
        "import again; else check which server the file is from."
    ),
    "server-rebuilt-product": (
        "The product ID in this file is {said}, but that of {server} is {known}: this looks like a rebuilt or "
        "another server. If {server} was rebuilt, record that first (Server Was Rebuilt, or servers rebuilt), "
        "then import again; else check which server the file is from."
    ),
    "snapshot-older": (
        "A newer list of {server} was imported already (taken {newest}; this one {taken}). Import newer ones only."
    ),
    "snapshot-before-rebuild": (
        "{server} was rebuilt on {on}; this list was taken before, {taken}. Import newer ones only."
    ),
    "taken-in-future": "The list would have been taken on {taken}, but today is {today}. Correct when it was taken.",
    # rows
    "server-missing": "The file does not say which server this row is from. Name the server.",
    "server-other": "This row is from {value}, not from {server}. Import it without naming a server, or leave it out.",
    "repeated-key": (
        "This key stands more than once in the file, so two servers were mixed; nobody can say which row is this "
        "server's. Export each server on its own."
    ),
    "repeated-in-files": (
        "This key stands in more than one of the files, and their order is not known. Import one after the other."
    ),
    "pack-unseen": "Key pack {pack} is not known yet. Import the server's key packs first, or together with this.",
    "pack-moved": (
        "Key pack {pack} was moved to {to} on {on}, but its old server still lists it. Remove it there, or leave "
        "this row out."
    ),
    "pack-by-hand-differs": (
        "{pack} was recorded by hand with another {field}. Correct the record, or leave this row out."
    ),
}
