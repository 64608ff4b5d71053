"""What can be exported, in which form, and what is asked for each: the texts of the export dialog."""

from __future__ import annotations

SHOWN = "shown"
EVERYTHING = {
    "history": "All of the issuance history",
    "servers": "All servers",
    "key-packs": "All key packs",
    "licenses": "All issued licenses",
    "transfers": "All transfers",
    "reissues": "All reissue requests",
    "due": "All that is due",
}
LISTS = {
    "servers": "Servers",
    "packs": "Key packs",
    "licenses": "Issued licenses",
    "temporary": "Temporary licenses",
    "requests": "Reissue requests",
    "transfers": "Transfers",
    "due": "What is due",
    "history": "Issuance history",
    "found": "What was found",
}
# a search goes over several kinds of things: it has no machine form
ONLY_READABLE = {"found"}
# lists whose rows are of a day, and lists that hold codes or agreement numbers
OF_A_DAY = {"history", "transfers", "reissues", "requests", "due"}
SECRETIVE = {"servers", "key-packs", "packs", "reissues", "requests"}
FORMATS = {"csv": "CSV", "json": "JSON"}
FORMS = {
    "readable": "As the screen shows it, in words",
    "machine": "Machine form, for scripts and for importing again",
}
BY = {"recorded": "The day of recording", "effective": "The day of taking effect"}
