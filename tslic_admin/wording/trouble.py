"""What is wrong with the store's file: what, why, what to do. Nothing was changed by any of these."""

from __future__ import annotations

TROUBLE = {
    "store-locked": "Another program is changing the store and did not finish in time. Try again in a moment.",
    "store-full": "The disk is full, so nothing was recorded. Free some room and try again.",
    "store-read-only": "The store may only be read here, so nothing was recorded. Check the file's permissions.",
    "store-cannot-open": "The store cannot be opened. Check that its folder exists and may be written to.",
    "store-not-a-store": "The file tslic.sqlite in this folder is no store of this program. Choose another folder.",
    "store-damaged": "The store's file is damaged. Work on with a backup of it.",
    "store-unreadable": "The store's file cannot be read. Check the disk or the network it lies on.",
    "store-newer": "The store was written by a newer version of this program and was left untouched. Update the program.",
}
