"""F1: the one help page, in a window that stays beside the work."""

from __future__ import annotations

from PySide6.QtCore import QFile, QIODevice, Qt
from PySide6.QtWidgets import QTextBrowser, QWidget


def read_help() -> str:
    """The help page, Markdown, out of the resources."""
    file = QFile(":/help/help.md")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(":/help/help.md")
    return bytes(file.readAll().data()).decode("utf-8")


def show_help(parent: QWidget) -> QTextBrowser:
    """Show the page; asked again, the window that is there comes to the front."""
    page = parent.findChild(QTextBrowser, "help")
    if page is None:
        page = QTextBrowser(parent)
        page.setObjectName("help")
        page.setWindowFlag(Qt.WindowType.Window)
        page.setWindowTitle("Help - tslic-admin")
        page.setAccessibleName("Help")
        page.setOpenExternalLinks(True)
        page.document().setDocumentMargin(16)
        page.setMarkdown(read_help())
        page.resize(720, 640)
    page.show()
    page.raise_()
    page.activateWindow()
    return page
