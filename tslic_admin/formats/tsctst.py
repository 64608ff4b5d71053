"""Recognise the output of tsctst.exe: blocks of `Name : value`, one for each license of a client."""

from __future__ import annotations

from tslic_admin.formats import format_list
from tslic_admin.formats.records import Refused
from tslic_admin.formats.rows import Rows
from tslic_admin.formats.text_file import TextFile
from tslic_admin.formats.tsctst_class import TSCTST
from tslic_admin.formats.wmi_classes import understand


def find(text: TextFile) -> Rows | None:
    """The blocks, where the first that is known is of a client's license."""
    rows = format_list.find(text)
    for row in rows() if rows is not None else ():
        heading = None if isinstance(row, Refused) else understand(row[1])
        if heading is not None:
            return rows if heading.wmi_class is TSCTST else None
    return None
