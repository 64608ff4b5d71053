"""The page of a list: what stands in it, that nothing in it is markup of others, that it needs nothing else."""

from __future__ import annotations

import io
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.formats.writing.html_pages import ListPage, Row, Table, write_page


class Page(HTMLParser):
    """The texts of a page by the tag that they stand in."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.attributes, self._open = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._open = tag
        self.texts.append([tag, ""])

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        if self._open:
            self.texts[-1][1] += data

    def of(self, tag):
        return [text for name, text in self.texts if name == tag]


def page(rows, headings=("Name", "Total"), **more):
    stream = io.StringIO()
    table = Table(headings, map(Row, rows))
    listed = ListPage("Key <packs>", [("Store", "a & b")], table, closing=lambda: "2 rows", **more)
    write_page("list.mako", listed, stream)
    return stream.getvalue()


def test_title_facts_headings_rows_and_a_last_line():
    read = Page(page([["PC1", 250], [None, 1]]))
    assert read.of("title") == read.of("h1") == ["Key <packs>"]
    assert (read.of("dt"), read.of("dd")) == (["Store"], ["a & b"])
    assert read.of("th") == ["Name", "Total"]
    assert read.of("td") == ["PC1", "250", "", "1"]
    assert read.of("p") == ["2 rows"]


def test_numbers_stand_right():
    assert '<td class="n">250</td>' in page([["PC1", 250]])


def test_a_day_or_a_name_is_not_broken_at_its_hyphens():
    for text in ("2026-03-02", "x" * 20):
        assert f'<td class="s">{text}</td>' in page([[text, 1]])
    for text in ("x" * 21, "a\nb"):
        assert f"<td>{text}</td>" in page([[text, 1]])


def test_a_row_that_links_lead_to_has_its_id_before_its_style():
    stream = io.StringIO()
    rows = [Row(["PC1"], id="e1", style="sum"), Row(["PC2"], style="sum")]
    write_page("list.mako", ListPage("Licenses", [], Table(["Name"], rows), lambda: ""), stream)
    assert '<tr id="e1"><td class="s">PC1' in stream.getvalue()
    assert '<tr class="sum"><td class="s">PC2' in stream.getvalue()


def test_a_warning_stands_above_everything():
    text = page([], warning="Codes are shown whole")
    assert text.index("Codes are shown whole") < text.index("<dl>")
    assert 'class="warning"' not in page([])


def test_it_needs_nothing_from_elsewhere_and_runs_nothing():
    read = Page(page([["http://example.com", 1]]))
    assert not {"script", "link", "img", "a", "iframe", "base"} & set(read.tags)
    assert not {"src", "href"} & {name for name, _ in read.attributes}
    assert "default-src 'none'" in dict(read.attributes)["content"] or any(
        "default-src 'none'" in (value or "") for _, value in read.attributes
    )


def test_it_prints_with_its_headings_on_every_page():
    text = page([])
    assert "@media print" in text
    assert "table-header-group" in text


def test_a_list_of_any_length_is_written_while_it_is_read():
    stream = io.StringIO()
    written = []

    def rows():
        for number in range(5000):
            written.append(stream.tell())
            yield Row([number, "PC"])

    write_page("list.mako", ListPage("Licenses", [], Table(["Number", "Name"], rows()), lambda: ""), stream)
    assert stream.tell() - written[-1] < stream.tell() / 10


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20), max_size=5))
def test_any_text_is_shown_as_it_is(texts):
    plain = Page(page([]))
    read = Page(page([[text, 1] for text in texts]))
    assert read.of("td")[::2] == texts
    assert set(read.tags) - {"td"} == set(plain.tags) - {"td"}
