"""Pages into a PDF file, page by page, which replaces its target whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFile
from PySide6.QtGui import QPageLayout, QPainter, QPdfWriter

from tslic_admin.services.export_files import new_file
from tslic_admin.services.program import program_version
from tslic_admin.ui.page_paint import PagePainting
from tslic_admin.ui.page_type import INCH
from tslic_admin.ui.printable import Pages

Progress = Callable[[int, int], None]


def write_pdf(
    pages: Pages, layout: QPageLayout, target: Path, store: Path, progress: Progress = lambda *_: None
) -> None:
    """Write all pages, on any thread. `layout`: what the pages were planned for; `store` is not to be overwritten.

    What `progress` raises ends it and leaves the target as it was. Raises RuleViolation `target-is-store`,
    StoreTrouble `file-not-written`.
    """
    with new_file(target, besides=store) as stream:
        file = QFile()
        file.open(stream.fileno(), QFile.OpenModeFlag.WriteOnly, QFile.FileHandleFlag.DontCloseHandle)
        writer = QPdfWriter(file)
        writer.setTitle(pages.listed.printed.title)
        writer.setCreator(f"tslic-admin {program_version()}")
        writer.setResolution(INCH)  # one dot is one twip
        whole = QPageLayout(layout)
        whole.setMode(QPageLayout.Mode.FullPageMode)
        writer.setPageLayout(whole)
        painting, painter = PagePainting(pages), QPainter(writer)
        try:
            for page in range(pages.count):
                if page:
                    writer.newPage()
                painting.paint(painter, page)
                _check(file)
                progress(page + 1, pages.count)
        finally:
            painter.end()
            file.close()
        _check(file)


def _check(file: QFile) -> None:
    """Qt's writer goes on where nothing can be written any more, as on a full disk."""
    if file.error() != QFile.FileError.NoError:
        raise OSError(errno.EIO, file.errorString())
