"""What only the console refuses, and trouble with files that it reads and writes."""

from __future__ import annotations

CONSOLE_REFUSALS = {
    "sort-unknown": "There is no column “{value}” to sort by. Known are: {known}.",
    "secret-empty": "What {flag} asks for was to be read from the input, which is empty. Give it there.",
    "export-unknown": "There is nothing called “{value}” to export. Known are: {known}.",
    "export-format-unknown": "“{value}” is no format to export in. Choose one of these: {known}.",
    "export-by-unknown": "A period is of the day of recording or of taking effect, not “{value}”. Known are: {known}.",
    "export-without-period": "{value} are exported as they stand now, not of a period. Leave the period out.",
    "export-period-backwards": "The period ends on {until}, before it begins on {since}. Exchange the days.",
    "target-is-store": "{path} is the store's own file. Choose another name.",
}

FILE_TROUBLE = {
    "file-missing": "The file {path} does not exist. Check its name.",
    "file-unreadable": "The file {path} cannot be read: {why}. Check the file and its permissions.",
    "file-not-written": "The file {path} cannot be written: {why}. Choose another place.",
    "output-trouble": "The output cannot be written: {why}.",
}
