"""Opens the print preview, where the system has what Qt needs for it."""

from __future__ import annotations

from PySide6.QtGui import QPageLayout

from tslic_admin.ui.printing.output import Printing
from tslic_admin.ui.printing.pages import PrintPages


def preview(printing: Printing, pages: PrintPages, layout: QPageLayout) -> None:
    """Show the pages on the screen; where Qt's preview cannot be loaded, offer a PDF."""
    try:
        from tslic_admin.ui.printing.preview_dialog import (  # noqa: PLC0415 - fails to load without libcups
            PrintPreviewDialog,
        )
    except ImportError:
        printing.offer_pdf(pages, layout)
    else:
        PrintPreviewDialog(printing, pages, layout).show_window()
