"""What only the console refuses, and trouble with files that are read and written."""

from __future__ import annotations

CONSOLE_REFUSALS = {
    "sort-unknown": "There is no column “{value}” to sort by. Known are: {known}.",
    "secret-empty": "What {flag} asks for was to be read from the input, which is empty. Give it there.",
}

FILE_TROUBLE = {
    "file-missing": "The file {path} does not exist. Check its name.",
    "file-unreadable": "The file {path} cannot be read: {why}. Check the file and its permissions.",
    "file-not-written": "The file {path} cannot be written: {why}. Choose another place.",
    "temporary-folder": "The temporary folder {path} cannot be used: {why}. Free some room there and try again.",
    "output-trouble": "The output cannot be written: {why}.",
}
