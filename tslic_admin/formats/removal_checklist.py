"""The printable page of a removal kit: HTML that stands alone, for any browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tslic_admin.domain.removal_kit import Kit
from tslic_admin.formats.html_page import END, begin, text

STYLE = """
body { font-size: 11pt; max-width: 46em; margin: 2em auto; }
th, td { border: none; padding: 0 1.5em 0 0; }
ol li { list-style: none; margin: .5em 0; }
ol { padding: 0; }
.box { display: inline-block; width: .9em; height: .9em; border: 1px solid; margin-right: .7em; vertical-align: -.1em; }
.line { display: inline-block; border-bottom: 1px solid; min-width: 16em; height: 1.6em; margin-right: 2em; }
@media print { body { font-size: 11pt; margin: 0; } }
"""


def checklist(kit: Kit, *, made_on: str, effects: Sequence[str], steps: Sequence[str]) -> bytes:
    """The page. `effects` and `steps` are sentences; names are shown whole, whatever is in them."""
    facts = (
        ("Computer", kit.computer),
        ("License", kit.license),
        ("Because of", kit.because),
        ("Deleted", "\n".join(key for key, _ in kit.deleted)),
        ("Made on", made_on),
    )
    return "".join(_page(facts, effects, steps)).encode()


def _page(facts: Sequence[tuple[str, str]], effects: Sequence[str], steps: Sequence[str]) -> Iterable[str]:
    yield begin("Removal of a license from its old client", style=STYLE)
    yield "<h1>Removal of a license from its old client</h1>\n<table>"
    for name, value in facts:
        yield f"<tr><th>{name}</th><td>{text(value)}</td></tr>\n"
    yield "</table>\n<h2>Steps</h2>\n<ol>"
    for step in steps:
        yield f'<li><span class="box"></span>{text(step)}</li>\n'
    yield "</ol>\n<h2>What this does</h2>\n<ul>"
    for effect in effects:
        yield f"<li>{text(effect)}</li>\n"
    yield '</ul>\n<p><span class="line"></span><span class="line"></span><br>Date and name</p>' + END
