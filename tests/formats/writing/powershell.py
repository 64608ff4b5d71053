"""A PowerShell script as its grammar reads it: what it calls, what it names, what its texts say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_powershell

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
Node = tree_sitter.Node


def parse(script: bytes) -> Node:
    root = PARSER.parse(script.replace(b"\r\n", b"\n")).root_node
    assert not root.has_error, [text(n) for n in every(root, "ERROR")]
    return root


def text(node: Node | None) -> str:
    return (node.text or b"").decode() if node is not None else ""


def every(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of these kinds, in the order of the text."""
    if node.type in kinds:
        yield node
    for child in node.children:
        yield from every(child, *kinds)


def commands(root: Node) -> Iterator[tuple[str, list[str], str]]:
    """What is called: its name, its parameters, its whole text."""
    for command in every(root, "command"):
        (name,) = (child for child in command.children if child.type.startswith("command_name"))
        elements = [e for c in command.children if c.type == "command_elements" for e in c.children]
        yield text(name), [text(e) for e in elements if e.type == "command_parameter"], text(command)


def invocations(root: Node) -> Iterator[str]:
    """The methods that are called, those of a type with it: `[System.IO.File]::Open`, `.Write`."""
    for call in every(root, "invokation_expression"):
        (name,) = (text(child) for child in call.children if child.type == "member_name")
        first = text(call.children[0])
        yield f"{first}::{name}" if "::" in {text(child) for child in call.children} else f".{name}"


def constant(node: Node) -> str:
    """The text that an expression of texts and characters comes to."""
    pieces = []
    for leaf in every(node, "verbatim_string_characters", "decimal_integer_literal", "+", "type_identifier"):
        leaf_text = text(leaf)
        if leaf.type == "verbatim_string_characters":
            assert re.fullmatch(r"'(?:[^'\u2018-\u201b]|'')*'", leaf_text, re.DOTALL)
            pieces.append(leaf_text[1:-1].replace("''", "'"))
        elif leaf.type == "decimal_integer_literal":
            pieces.append(chr(int(leaf_text)))
        else:
            assert leaf_text in ("+", "char")
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def default_texts(root: Node, parameter: str) -> list[str]:
    """The texts that a parameter of the script has where it is not given."""
    (found,) = (p for p in every(root, "script_parameter") if parameter in {text(c) for c in p.children})
    (whole,) = list(every(found, "array_expression")) or [found]
    single = {"string_literal", "parenthesized_expression"}
    items = [n for n in every(whole, *single) if n.parent is not None]
    return [constant(n) for n in items if not any(_inside(n, o) for o in items if o is not n)]


def _inside(node: Node, other: Node) -> bool:
    return other.start_byte <= node.start_byte and node.end_byte <= other.end_byte and node.id != other.id
