"""A report's page as a reader gets it, and a text that would do harm if a page did not escape it."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = "\"'><script>alert(1)</script>&lt;\u202e"


class Page(HTMLParser):
    """What a reader gets: the cells of each table under its heading, the facts, and where links lead."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.facts: dict[str, str] = {}
        self.texts: list[str] = []
        self.warnings: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._label, self._into, self._fact = "", "", ""
        self.feed(data.decode("ascii"))
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag == "table":
            self._label = given["aria-label"]
            self.tables[self._label] = []
        elif tag == "tr":
            self.tables[self._label].append([])
        elif tag in ("td", "th"):
            self.tables[self._label][-1].append("")
        if given.get("class") == "warning":
            self.warnings.append("")
            self._into = "warning"
        elif tag in ("td", "th", "dt", "dd", "p", "h2", "li"):
            self._into = tag
        elif tag == "span" and given.get("class") == "from":
            self.handle_data("|")

    def handle_data(self, data):
        match self._into:
            case "td" | "th":
                self.tables[self._label][-1][-1] += data
            case "warning":
                self.warnings[-1] += data
            case "dt":
                self._fact = data
                self.facts[data] = ""
            case "dd":
                self.facts[self._fact] += data
            case _:
                self.texts.append(data.strip())

    def handle_endtag(self, tag):
        if tag in ("td", "th", "dt", "dd", "p", "h2", "strong"):
            self._into = ""
