"""The frame of pages: whatever a text holds stays text, and the page stays plain ASCII."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.formats.writing.html_pages import PAGE_END, html_text, page_start


class Read(HTMLParser):
    """What a reader of the page gets: its tags, and the text of its body."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = [""]
        self.value = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        if self.tags[-1] == "p":
            self.value += data


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])))
def test_any_text_is_read_as_it_was_and_makes_no_element(value: str) -> None:
    page = page_start(f"<title>{value}") + f"<p>{html_text(value)}" + PAGE_END
    page.encode("ascii")
    read = Read(page.replace("</body>\n</html>\n", ""))
    assert read.tags == ["", "html", "head", "meta", "meta", "meta", "title", "style", "body", "p"]
    seen = "".join(
        c if c in "\t\n" or not (c < " " or "\x7f" <= c <= "\x9f") else "\N{REPLACEMENT CHARACTER}"
        for c in value.replace("\r\n", "\n")
    )
    assert read.value == seen


def test_half_of_a_surrogate_pair_breaks_no_page():
    assert html_text("\ud800").isascii()


def test_quotes_end_no_attribute():
    assert html_text("\"'<>&") == "&quot;&#x27;&lt;&gt;&amp;"


def test_a_page_fetches_and_runs_nothing():
    assert "default-src 'none'" in page_start("x")
    assert page_start("x", style="b{}").count("b{}") == 1
