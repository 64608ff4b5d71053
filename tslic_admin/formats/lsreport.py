"""Read lsreport.txt: the tab-delimited report of a tool for license servers of Windows 2000 and 2003.

Its fields are known, its literal headings are not (formats.md): what clearly says their words is taken, any
other file is for somebody to say what its columns are.
"""

from __future__ import annotations

from itertools import islice

from tslic_admin.formats import delimited
from tslic_admin.formats.rows import Rows
from tslic_admin.formats.text_file import LONGEST_LINE, TextFile
from tslic_admin.formats.wmi_classes import plain

_ABOVE = 30
_WORDS = {
    "LicenseId": ("licenseid",),
    "KeyPackId": ("keypackid",),
    "sIssuedToComputer": ("client", "clientname", "computer", "computername", "issuedtocomputer"),
    "sIssuedToUser": ("user", "username", "issuedtouser"),
    "IssueDate": ("start", "startdate", "starttime", "issued", "issuedon", "issuedate"),
    "LicenseStatus": ("issuetype",),
    "ExpirationDate": ("end", "enddate", "endtime", "expires", "expireson", "expirationdate"),
}
_PROPERTY = {word: name for name, words in _WORDS.items() for word in words}


def find(text: TextFile) -> Rows | None:
    """The rows below the headings, which may stand below a banner."""
    for number, line in enumerate(islice(text.lines(), _ABOVE), 1):
        if len(line) > LONGEST_LINE:
            return None
        # the license type is the key pack's; nothing of a license is called so
        names = [_PROPERTY.get(plain(name), "") for name in line.split("\t")]
        if sorted(filter(None, names)) == sorted(_WORDS):
            return delimited.below(text, number, "\t", line.rstrip("\r\n").split("\t"), names)
    return None
