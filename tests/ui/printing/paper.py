"""Lists to be printed, and eyes for the pages that came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from tslic_admin.db.history.recording import seal
from tslic_admin.db.schema.tables import ServerRow
from tslic_admin.db.store import Store
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.services.lists import ListSpec
from tslic_admin.ui.printing.output import write_pdf
from tslic_admin.ui.printing.page_setup import PageSetup, sheet_of
from tslic_admin.ui.printing.pages import PrintPages, read_printable
from tslic_admin.wording.lists.all_lists import LIST_WORDS
from tslic_admin.wording.lists.columns import Column

BY_NAME = ListSpec(SERVERS, sort="name")


def add_servers(store: Store, **notes: str) -> None:
    """All at once, as an import would."""
    with store.writing() as session:
        session.add_all(
            ServerRow(name=name, label=name.casefold(), domain="", notes=note) for name, note in notes.items()
        )
        session.flush()
        seal(session, "import")


def columns(kind: str, *keys: str) -> list[Column[Any]]:
    return [LIST_WORDS[kind].column(key) for key in keys]


def laid_out(
    path: Path,
    now: Callable[[], datetime],
    shown: Sequence[Column[Any]],
    setup: PageSetup,
    spec: ListSpec = BY_NAME,
) -> tuple[PrintPages, Any]:
    listed = read_printable(path, now, spec, shown)
    layout = setup.layout(landscape=listed.wants_landscape(setup))
    return listed.pages(sheet_of(layout)), layout


def pdf_of(pages: PrintPages, layout: Any, folder: Path) -> PdfReader:
    target = folder / "out.pdf"
    write_pdf(pages, layout, target, folder / "tslic.sqlite")
    return PdfReader(target)


def words(text: str) -> str:
    """A page's text with its lines and gaps made alike."""
    return " ".join(text.split())
