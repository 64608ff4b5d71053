"""The frame of a page that needs nothing else: no script, no picture, no font from elsewhere; it prints well.

What a page says goes through `text`: ASCII with character references, so that no code page can damage it.
"""

from __future__ import annotations

from html import escape

# the page says itself that nothing is to be fetched or run for it
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; }
body { font: 14px/1.4 "Segoe UI", system-ui, "Liberation Sans", Arial, sans-serif; margin: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.warning { border: 2px solid; padding: .4rem .6rem; font-weight: 600; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .2rem .5rem; border: 1px solid #8886; }
td { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; max-width: 40rem; }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th { border-bottom: 2px solid; }
@page { margin: 12mm; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 8.5pt; margin: 0; }
  a { color: inherit; text-decoration: none; }
  thead { display: table-header-group; }
  tr, dl, h1, h2, h3 { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
}
"""
END = "</body>\n</html>\n"
# characters that HTML cannot hold, or that nobody would see
_CONTROLS = dict.fromkeys(
    {*range(32), *range(127, 160)} - {ord("\t"), ord("\n")}, "\N{REPLACEMENT CHARACTER}"
)


def text(said: str) -> str:
    """A text as it stands in a page, in an element as in an attribute, whatever is in it."""
    shown = said.replace("\r\n", "\n").translate(_CONTROLS)
    return escape(shown).encode("ascii", "xmlcharrefreplace").decode("ascii")


def begin(title: str, *, style: str = "") -> str:
    """Everything before what the body holds. `style`: rules of the page's own, after those that all have."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n"
    )
