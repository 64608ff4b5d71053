"""A PDF holds exactly what the list shows: every row, on pages that each say what they are of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QMarginsF, QSize
from PySide6.QtGui import QPageLayout, QPageSize
from ui.every_dialog import CODE, stock
from ui.printing.paper import BY_NAME, add_servers, columns, laid_out, pdf_of, words

from tslic_admin.db.store import Store
from tslic_admin.db.trouble import StoreTrouble
from tslic_admin.domain.catalogue.key_packs import PACKS, PackFields
from tslic_admin.domain.catalogue.servers import SERVERS
from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.lists import ListSpec
from tslic_admin.services.lookup import find_server
from tslic_admin.services.records import packs
from tslic_admin.ui.gateway.jobs import Cancelled
from tslic_admin.ui.printing.output import write_pdf
from tslic_admin.ui.printing.page_setup import AUTOMATIC, LANDSCAPE, PORTRAIT, PageSetup, read_setup, setup_of
from tslic_admin.wording.lists.servers import SERVER_WORDS

Now = Callable[[], datetime]
A4 = PageSetup("A4")


@pytest.fixture
def many(store: Store, qapp: object) -> Store:
    add_servers(store, **{f"SRV{number:03}": f"In room {number}" for number in range(120)})
    return store


def test_every_row_stands_on_one_page_in_the_order_of_the_list(
    many: Store, clock: Now, tmp_path: Path
) -> None:
    pages, layout = laid_out(many.path, clock, columns("servers", "notes", "name"), A4)
    pdf = pdf_of(pages, layout, tmp_path)
    assert len(pdf.pages) == pages.count > 1
    texts = [words(page.extract_text()) for page in pdf.pages]
    assert re.findall(r"SRV\d+", "".join(texts)) == [f"SRV{number:03}" for number in range(120)]
    assert re.findall(r"In room \d+", "".join(texts)) == [f"In room {number}" for number in range(120)]


def test_every_page_says_what_it_is_of(many: Store, clock: Now, tmp_path: Path) -> None:
    spec = ListSpec(SERVERS, sort="name", descending=True, search="room")
    pages, layout = laid_out(many.path, clock, columns("servers", "name", "notes"), A4, spec)
    pdf = pdf_of(pages, layout, tmp_path)
    for number, page in enumerate(pdf.pages, start=1):
        page_text = words(page.extract_text())
        assert page_text.startswith(f"Page {number} of {pages.count} Servers Store: tslic.sqlite")
        assert "Printed: 2026-03-02 12:00 UTC (UTC+0000)" in page_text
        assert "Filter: Containing “room”; sorted by Name, descending; 120 rows" in page_text
        assert re.search(r"History head: Entry 1, [0-9a-f]{64} Name Notes SRV", page_text)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Servers"
    assert str(pdf.metadata.creator).startswith("tslic-admin ")


def test_fonts_are_in_the_file(many: Store, clock: Now, tmp_path: Path) -> None:
    pages, layout = laid_out(many.path, clock, columns("servers", "name"), A4)
    fonts = pdf_of(pages, layout, tmp_path).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    inner = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert len(inner) == 2  # plain and bold
    assert all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in inner)


def test_numbers_are_as_the_screen_groups_them_and_codes_are_masked(
    store: Store, clock: Now, qapp: object, tmp_path: Path
) -> None:
    stock(store)
    assert QLocale().toString(1234) == "1,234"
    with store.writing() as session:
        packs.add(session, find_server(session, "TS2K"), PackFields(product_version_id="2012", product_type="device", total="1234"))  # fmt: skip
    shown = columns("key-packs", "keypack_id", "code", "purchase_number", "total")
    pages, layout = laid_out(store.path, clock, shown, A4, ListSpec(PACKS, sort="total", reveal=True))
    page_text = words(pdf_of(pages, layout, tmp_path).pages[0].extract_text())
    assert "…ABCDE" in page_text
    assert "1,234" in page_text
    assert CODE not in page_text
    assert "12345678" not in page_text


@pytest.mark.parametrize(("paper", "going_on"), [("A4", 1), ("A5", 6)])
def test_a_long_text_goes_on_over_pages_and_loses_nothing(
    store: Store, clock: Now, qapp: object, tmp_path: Path, paper: str, going_on: int
) -> None:
    long = " ".join(f"w{number}" for number in range(750))
    add_servers(store, S1="first", S2=long, S3="line one\nline two", S4="end")
    pages, layout = laid_out(
        store.path, clock, columns("servers", "name", "notes"), PageSetup(paper, PORTRAIT, (40,) * 4)
    )
    pdf = pdf_of(pages, layout, tmp_path)
    texts = [words(page.extract_text()) for page in pdf.pages]
    assert re.findall(r"\bw\d+", " ".join(texts)) == long.split()
    goes_on = ["goes on over the page" in text for text in texts]
    assert goes_on.count(True) == going_on
    assert not goes_on[-1]
    assert "S3 line one line two" in texts[-1]


def test_other_scripts_stay_what_they_are(store: Store, clock: Now, qapp: object, tmp_path: Path) -> None:
    add_servers(store, S1="Zürich ß", S2="ИВАН", S3="office file")
    pages, layout = laid_out(store.path, clock, columns("servers", "name", "notes"), A4)
    page_text = words(pdf_of(pages, layout, tmp_path).pages[0].extract_text())
    assert "Zürich ß" in page_text
    assert "ИВАН" in page_text
    assert "office file" in page_text  # and not the one letter that a font has for fi


def test_an_empty_list_is_one_page_that_says_so(
    store: Store, clock: Now, qapp: object, tmp_path: Path
) -> None:
    pages, layout = laid_out(store.path, clock, columns("servers", "name"), A4)
    pdf = pdf_of(pages, layout, tmp_path)
    assert len(pdf.pages) == 1
    page_text = words(pdf.pages[0].extract_text())
    assert "; 0 rows History head: Nothing was recorded yet Name" in page_text


def test_what_is_wide_lies_across_unless_told_otherwise(many: Store, clock: Now) -> None:
    narrow, wide = columns("servers", "name", "notes"), SERVER_WORDS.columns
    for shown, orientation, across in (
        (narrow, "automatic", False),
        (wide, "automatic", True),
        (narrow, LANDSCAPE, True),
        (wide, PORTRAIT, False),
    ):
        pages, _ = laid_out(many.path, clock, shown, PageSetup("A4", orientation))
        assert (pages.sheet.width > pages.sheet.height) == across
        assert sum(pages.widths) <= pages.sheet.inner_width


def test_letters_become_smaller_before_words_are_broken(many: Store, clock: Now) -> None:
    sizes = [
        laid_out(many.path, clock, SERVER_WORDS.columns[:count], PageSetup("A4", PORTRAIT))[0].size
        for count in (2, 12, 17)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1] > sizes[2] >= 6 * 20


def test_a_word_without_end_is_broken_and_makes_nothing_small(
    store: Store, clock: Now, qapp: object, tmp_path: Path
) -> None:
    add_servers(store, S1="x" * 900)
    pages, layout = laid_out(store.path, clock, columns("servers", "name", "notes"), A4)
    assert pages.size == 9 * 20
    assert words(pdf_of(pages, layout, tmp_path).pages[0].extract_text()).count("x") >= 900


def test_margins_that_leave_no_room_are_refused(many: Store, clock: Now) -> None:
    with pytest.raises(RuleViolation, match="margins-too-wide"):
        laid_out(many.path, clock, columns("servers", "name"), PageSetup("A5", LANDSCAPE, (60,) * 4))
    with pytest.raises(RuleViolation, match="margins-too-wide"):
        laid_out(many.path, clock, SERVER_WORDS.columns, PageSetup("A5", PORTRAIT, (60,) * 4))


def test_a_filter_of_any_length_leaves_the_page_to_the_list(many: Store, clock: Now) -> None:
    spec = ListSpec(SERVERS, search="room " + "x" * 5000)
    pages, _ = laid_out(many.path, clock, columns("servers", "name"), A4, spec)
    assert any(fact.endswith("…") for fact in pages.facts)
    assert pages.body_top < pages.sheet.inner_height / 3


# the file


def test_cancelled_in_the_middle_the_target_stays(many: Store, clock: Now, tmp_path: Path) -> None:
    pages, layout = laid_out(many.path, clock, columns("servers", "name"), A4)
    target = tmp_path / "out.pdf"
    target.write_text("before")
    reports = []

    def cancel(done: int, total: int) -> None:
        reports.append((done, total))
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_pdf(pages, layout, target, many.path, cancel)
    assert reports == [(1, pages.count), (2, pages.count)]
    assert target.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == ["out.pdf"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said(many: Store, clock: Now) -> None:
    pages, layout = laid_out(many.path, clock, columns("servers", "name"), A4)
    with pytest.raises(StoreTrouble) as raised:
        write_pdf(pages, layout, Path("/dev/full"), many.path)
    assert raised.value.code == "file-not-written"
    assert "space" in str(raised.value.facts["why"])


def test_the_store_itself_is_no_target(many: Store, clock: Now) -> None:
    pages, layout = laid_out(many.path, clock, columns("servers", "name"), A4)
    with pytest.raises(RuleViolation, match="target-is-store"):
        write_pdf(pages, layout, many.path, many.path)


# paper


@pytest.mark.parametrize(
    ("saved", "setup"),
    [
        ("A3 landscape 20", PageSetup("A3", LANDSCAPE, (20,) * 4)),
        ("A4 portrait 999", PageSetup("A4", PORTRAIT, (60,) * 4)),
        ("A4 automatic 12.5 0 20 10", PageSetup("A4", AUTOMATIC, (12.5, 0, 20, 10))),
        ("A4 automatic 12 0", PageSetup("Letter")),
        ("", PageSetup("Letter")),
        ("Z9 landscape 20", PageSetup("Letter")),
        ("A4 sideways 20", PageSetup("Letter")),
        ("A4 portrait x", PageSetup("Letter")),
    ],
)
def test_a_setup_is_kept_and_what_cannot_be_read_is_as_usual(
    saved: str, setup: PageSetup, qapp: object
) -> None:
    """The tests' locale is that of the United States."""
    assert read_setup(saved) == setup
    assert read_setup(str(setup)) == setup


def test_a_layout_gives_the_setup_that_gives_it(qapp: object) -> None:
    setup = PageSetup("A5", LANDSCAPE, (12.5, 0, 20, 10))
    assert setup_of(setup.layout(landscape=False)) == setup
    assert (
        setup_of(QPageLayout(QPageSize(QSize(333, 444)), QPageLayout.Orientation.Portrait, QMarginsF()))
        is None
    )


def test_where_inches_are_not_used_the_usual_paper_is_a4(qapp: object) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        assert read_setup("").paper == "A4"
    finally:
        QLocale.setDefault(before)


def test_the_list_is_read_once_for_all_sheets(many: Store, clock: Now) -> None:
    pages, _ = laid_out(many.path, clock, columns("servers", "name"), A4, BY_NAME)
    other = pages.printable.pages(pages.printable.sheet(PageSetup("A5")))
    assert other.count > pages.count
