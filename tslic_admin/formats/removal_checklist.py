"""The printable page of a removal kit: HTML that stands alone, for any browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from tslic_admin.domain.removal_kit import Kit

STYLE = (
    "body{font:11pt/1.45 sans-serif;max-width:46em;margin:2em auto;color:#000;background:#fff}"
    "h1{font-size:15pt}h2{font-size:12pt;margin-top:1.4em}th{text-align:left;padding-right:1.5em;vertical-align:top}"
    "ol li{list-style:none;margin:.5em 0}ol{padding:0}.box{display:inline-block;width:.9em;height:.9em;"
    "border:1px solid #000;margin-right:.7em;vertical-align:-.1em}.line{display:inline-block;border-bottom:1px solid "
    "#000;min-width:16em;height:1.6em;margin-right:2em}@media print{body{margin:0}}"
)


def checklist(kit: Kit, *, made_on: str, effects: Sequence[str], steps: Sequence[str]) -> bytes:
    """The page as UTF-8. `effects` and `steps` are sentences; names are shown whole, whatever is in them."""
    facts = (
        ("Computer", kit.computer),
        ("License", kit.license),
        ("Because of", kit.because),
        ("Deleted", "\n".join(key for key, _ in kit.deleted)),
        ("Made on", made_on),
    )
    return "".join(_page(facts, effects, steps)).encode()


def _page(facts: Sequence[tuple[str, str]], effects: Sequence[str], steps: Sequence[str]) -> Iterable[str]:
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f"<title>Removal of a license from its old client</title><style>{STYLE}</style></head>\n<body>"
    yield "<h1>Removal of a license from its old client</h1>\n<table>"
    for name, value in facts:
        yield f"<tr><th>{name}</th><td>{'<br>'.join(escape(line) for line in value.splitlines())}</td></tr>\n"
    yield "</table>\n<h2>Steps</h2>\n<ol>"
    for step in steps:
        yield f'<li><span class="box"></span>{escape(step)}</li>\n'
    yield "</ol>\n<h2>What this does</h2>\n<ul>"
    for effect in effects:
        yield f"<li>{escape(effect)}</li>\n"
    yield '</ul>\n<p><span class="line"></span><span class="line"></span><br>Date and name</p></body></html>\n'
