"""The pages: whatever a text holds stays text, in every field of every page, and the page stays plain ASCII."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.formats.writing import html_pages
from tslic_admin.formats.writing.html_pages import (
    Entries,
    Figure,
    Lines,
    Link,
    ListPage,
    Row,
    Section,
    Span,
    Table,
    write_page,
)
from tslic_admin.formats.writing.removal_kit import ChecklistPage
from tslic_admin.services.reports.audit_report import AuditPage
from tslic_admin.services.reports.clearinghouse import KitPage, KitSheet

HOSTILE, PLAIN = '<b>&"', "ABCDE"  # of one length, because short texts look different


def pages(text: str) -> dict[str, object]:
    """An object for each template, with this text in all of its fields."""
    span = Span(text, text, text)
    entries = Entries([(1, None), (2, -3)])
    cells = (text, 7, 1.5, None, span, Link(text, text), entries, Figure(text, entries), Lines([text, span]))
    table = Table([text], [Row(cells, id=text, style=text), Row([text], style=text)], text)
    facts = [(text, text), (text, span)]
    sections = [Section(text, text, table, text)]
    return {
        "list.mako": ListPage(text, facts, table, closing=lambda: text, warning=text),
        "removal_checklist.mako": ChecklistPage(text, [(text, text)], [text], [text]),
        "audit_report.mako": AuditPage(text, [text], facts, iter(sections), facts),
        "clearinghouse_kit.mako": KitPage(
            text,
            text,
            text,
            unmasked=True,
            nothing=text,
            sheets=iter([KitSheet(text, facts, iter(sections))]),
            origin=text,
        ),
    }


TEMPLATES = list(pages(PLAIN))


class Read(HTMLParser):
    """What a reader of the page gets: its tags, the values of their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = [""]
        self.attributes: list[str] = []
        self.texts: list[str] = []
        self.value = ""
        self._in_p = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [value for _, value in attrs]
        self._in_p = tag == "p"

    def handle_endtag(self, tag):
        self._in_p = False

    def handle_data(self, data):
        self.texts.append(data)
        if self._in_p:
            self.value += data


def written(template: str, page: object) -> str:
    stream = io.StringIO()
    write_page(template, page, stream)
    return stream.getvalue()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_in_any_field_of_a_page_is_shown_and_is_no_markup(template):
    hostile = Read(written(template, pages(HOSTILE)[template]))
    plain = Read(written(template, pages(PLAIN)[template]))
    assert hostile.tags == plain.tags
    assert hostile.texts == [text.replace(PLAIN, HOSTILE) for text in plain.texts]
    assert hostile.attributes == [value.replace(PLAIN, HOSTILE) for value in plain.attributes]
    for field in fields(pages(PLAIN)[template]):
        assert_shown(template, field.name)


def assert_shown(template: str, field: str) -> None:
    """A field that the template leaves out would not be tried."""
    page = pages(PLAIN)[template]
    if isinstance(getattr(page, field), str):
        assert "OTHER" in written(template, replace(page, **{field: "OTHER"})), field


def test_a_field_that_a_page_does_not_have_is_an_error():
    with pytest.raises(AttributeError):
        written("list.mako", pages(PLAIN)["removal_checklist.mako"])


def test_a_misspelt_name_in_a_template_is_an_error():
    """Mako would write *UNDEFINED* or nothing without `strict_undefined`."""
    html_pages._templates().put_string("misspelt.mako", "${pgae is None}")
    with pytest.raises(NameError):
        written("misspelt.mako", pages(PLAIN)["list.mako"])


def note_page(title: str, note: str) -> str:
    return written("list.mako", ListPage(title, [], Table([], []), closing=lambda: note))


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])))
def test_any_text_is_read_as_it_was_and_makes_no_element(value: str) -> None:
    page = note_page(f"<title>{value}", value)
    page.encode("ascii")
    read = Read(page)
    head = ["", "html", "head", "meta", "meta", "meta", "title", "style", "body"]
    assert read.tags == [*head, "h1", "dl", "table", "thead", "tr", "tbody", "p"]
    seen = "".join(
        c if c in "\t\n" or not (c < " " or "\x7f" <= c <= "\x9f") else "\N{REPLACEMENT CHARACTER}"
        for c in value.replace("\r\n", "\n")
    )
    assert read.value == seen


def test_half_of_a_surrogate_pair_breaks_no_page():
    assert note_page("x", "\ud800").isascii()


def test_quotes_end_no_attribute():
    table = Table([], [], label="\"'<>&")
    page = written("list.mako", ListPage("x", [], table, closing=str))
    assert 'aria-label="&#34;&#39;&lt;&gt;&amp;"' in page


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_page_fetches_and_runs_nothing(template):
    read = Read(written(template, pages("http://example.com")[template]))
    assert "default-src 'none'; style-src 'unsafe-inline'" in read.attributes
    assert not {"script", "link", "img", "iframe", "base"} & set(read.tags)
