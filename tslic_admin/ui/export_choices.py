"""What can be exported, in which form, and what is asked for each: the texts of the export dialog."""

from __future__ import annotations

from tslic_admin.services.export_formats import MACHINE, READABLE

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
# everything of a kind -> its list
KINDS = {"key-packs": "packs", "reissues": "requests"}
# lists whose rows are of a day, and lists that hold codes or agreement numbers
OF_A_DAY = {"history", "transfers", "requests", "due"}
SECRETIVE = {"servers", "packs", "requests"}
FORMS = {
    READABLE: "As the screen shows it, in words",
    MACHINE: "Machine form, for scripts and for importing again",
}
BY = {"recorded": "The day of recording", "effective": "The day of taking effect"}
