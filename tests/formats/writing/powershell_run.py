"""Runs a PowerShell script as far as the collector needs the language, over the tree of its grammar.

No PowerShell is to be had where these tests run. This follows the language's documentation: dynamic scopes, names
without regard to case, what a statement leaves is output, pipelines item by item. What it does not know ends the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from formats.writing.powershell import Node, every, parse, text

THROUGH = re.compile(
    r"(logical|bitwise|comparison|additive|multiplicative|format|range|array_literal)(_argument)?_expression"
    r"|unary_expression|pipeline_chain|argument_expression|pipeline|statement_list|script_block(_body)?|key_expression"
)
TIME_FORMATS = {
    "yyyy-MM-dd\\THH:mm:ss.ffffff\\Z": "%Y-%m-%dT%H:%M:%S.%fZ",
    "yyyyMMdd-HHmmss": "%Y%m%d-%H%M%S",
}
Commands = dict[str, Callable[..., Iterable[Any]]]


class Failed(Exception):
    """An error of a command, as `catch` meets it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.Exception = type("Exception", (), {"Message": message})


class _Return(Exception):
    def __init__(self, values: list[Any]) -> None:
        super().__init__()
        self.values = values


class Names(dict[str, Any]):
    """A hash table, or a scope: names without regard to case, in the order in which they came."""

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(next((one for one in self if one.casefold() == name.casefold()), name), value)

    def find(self, name: str) -> Any:
        return next((value for one, value in self.items() if one.casefold() == name.casefold()), None)


class Powershell:
    """`commands` by name: called with the items of the pipeline, texts in their order, and parameters by name."""

    def __init__(self, commands: Commands, statics: dict[str, Any]) -> None:
        self._commands, self._statics = commands, statics
        self._functions: dict[str, Node] = {}
        self._scopes: list[Names] = [Names()]

    def run(self, script: bytes, **arguments: Any) -> list[Any]:
        """What the script leaves."""
        root = parse(script)
        self._bind(next(every(root, "param_block")), list(arguments.items()), [])
        (body,) = (child for child in root.children if child.type == "statement_list")
        return list(self._block(body))

    # statements

    def _block(self, node: Node) -> Iterator[Any]:
        for child in node.named_children:
            if child.type in ("statement_list", "script_block", "script_block_body"):
                yield from self._block(child)
            elif child.type not in ("comment", "param_block"):
                yield from self._statement(child)

    def _statement(self, node: Node) -> Iterator[Any]:
        handler = getattr(self, f"_{node.type}", None)
        if handler is not None and node.type.endswith("_statement"):
            yield from handler(node)
        elif node.type == "pipeline":
            yield from self._pipeline(node)
        else:
            raise AssertionError(f"a statement that is not known: {node.type}")

    def _function_statement(self, node: Node) -> Iterator[Any]:
        self._functions[text(next(every(node, "function_name"))).casefold()] = node
        return iter(())

    def _if_statement(self, node: Node) -> Iterator[Any]:
        (block,) = (child for child in node.children if child.type == "statement_block")
        (condition,) = (child for child in node.children if child.type == "pipeline")
        if _true(self._value(condition)):
            yield from self._block(block)
        for other in (child for child in node.children if child.type == "else_clause"):
            if not _true(self._value(condition)):
                yield from self._block(next(every(other, "statement_block")))

    def _foreach_statement(self, node: Node) -> Iterator[Any]:
        variable, source, block = node.named_children
        for item in _list(self._value(source)):
            self._set(text(variable), item)
            yield from self._block(block)

    def _try_statement(self, node: Node) -> Iterator[Any]:
        parts = {child.type: child for child in node.named_children}
        try:
            yield from self._block(parts["statement_block"])
        except (Failed, OSError) as error:
            clauses = [c for c in parts["catch_clauses"].children] if "catch_clauses" in parts else []  # noqa: C416
            for clause in clauses:
                types = {text(one) for one in every(clause, "catch_type_list")}
                if types and not isinstance(error, OSError):
                    continue
                self._set("$_", error)
                yield from self._block(next(every(clause, "statement_block")))
                return
            raise
        finally:
            if "finally_clause" in parts:
                list(self._block(next(every(parts["finally_clause"], "statement_block"))))

    def _flow_control_statement(self, node: Node) -> Iterator[Any]:
        if text(node.children[0]) == "throw":
            raise self._get("$_")
        raise _Return(_list(self._value(node.children[1])))

    def _pipeline(self, node: Node) -> Iterator[Any]:
        (inner,) = node.named_children
        if inner.type == "assignment_expression":
            target, operator, source = inner.named_children
            value = self._value(source)
            place = self._only(target)
            if text(operator) == "+=":
                left = self._value(place)
                value = [*left, *_list(value)] if isinstance(left, list) else left + value
            if place.type == "element_access":
                holder, name = place.named_children
                self._value(holder)[self._value(name)] = value
            else:
                self._set(text(place), value)
            return
        stages = [self._only(inner)]
        if inner.type == "pipeline_chain" and len(inner.named_children) > 1:
            stages = [self._only(child) for child in inner.named_children]
        items: Iterable[Any] = ()
        for place, stage in enumerate(stages):
            if stage.type == "command":
                items = self._command(stage, items)
            else:
                assert place == 0
                items = _list(self._value(stage), nothing=stage.type != "invokation_expression")
        yield from items

    # commands

    def _command(self, node: Node, items: Iterable[Any]) -> Iterator[Any]:
        name = text(node.named_children[0]).casefold()
        texts, named = [], Names()
        elements = [e for c in node.children if c.type == "command_elements" for e in c.named_children]
        elements = [self._only(e) for e in elements if e.type != "command_argument_sep"]
        while elements:
            element = elements.pop(0)
            if element.type == "command_parameter":
                switch = not elements or elements[0].type == "command_parameter"
                named[text(element)[1:]] = True if switch else self._value(elements.pop(0))
            elif text(element).startswith("@") and element.type == "variable":
                for key, value in self._get("$" + text(element)[1:]).items():
                    named[key] = value
            else:
                texts.append(self._value(element))
        if name == "foreach-object":
            for item in items:
                self._set("$_", item)
                yield from self._block(texts[0])
        elif name == "where-object":
            for item in items:
                self._set("$_", item)
                if _true(_unwrapped(list(self._block(texts[0])))):
                    yield item
        elif name in self._functions:
            yield from self._call(self._functions[name], list(named.items()), texts)
        else:
            known = {one.casefold(): command for one, command in self._commands.items()}
            yield from known[name](items, *texts, **{key.casefold(): value for key, value in named.items()})

    def _call(self, function: Node, named: list[tuple[str, Any]], texts: list[Any]) -> Iterator[Any]:
        self._scopes.append(Names())
        try:
            self._bind(next(every(function, "function_parameter_declaration")), named, texts)
            yield from self._block(next(every(function, "script_block")))
        except _Return as returned:
            yield from returned.values
        finally:
            self._scopes.pop()

    def _bind(self, declared: Node, named: list[tuple[str, Any]], texts: list[Any]) -> None:
        arguments = Names()
        for name, value in named:
            arguments[name] = value
        for parameter in every(declared, "script_parameter"):
            (variable,) = (child for child in parameter.children if child.type == "variable")
            name = text(variable)[1:]
            default = [c for c in parameter.children if c.type == "script_parameter_default"]
            if arguments.find(name) is not None:
                value = arguments.find(name)
            elif texts:
                value = texts.pop(0)
            else:
                value = self._value(default[0].named_children[0]) if default else None
            kind = text(parameter).split("]")[0]
            self._scopes[-1][name] = _list(value) if kind == "[string[" else value
        assert not texts

    # expressions

    def _only(self, node: Node) -> Node:
        while len(node.named_children) == 1 and (
            THROUGH.fullmatch(node.type) or node.type == "left_assignment_expression"
        ):
            if any(not child.is_named for child in node.children):
                break
            node = node.named_children[0]
        return node

    def _value(self, node: Node) -> Any:
        node = self._only(node)
        if node.type in ("pipeline", "command"):
            return _unwrapped(
                list(self._pipeline(node) if node.type == "pipeline" else self._command(node, ()))
            )
        kind = node.type.replace("_argument_expression", "_expression")
        return getattr(self, f"_of_{kind}")(node)

    def _of_string_literal(self, node: Node) -> str:
        return text(node)[1:-1].replace("''", "'")

    def _of_generic_token(self, node: Node) -> str:
        return text(node)

    def _of_integer_literal(self, node: Node) -> int:
        return int(text(node))

    def _of_variable(self, node: Node) -> Any:
        return self._get(text(node))

    def _of_script_block_expression(self, node: Node) -> Node:
        return next(every(node, "script_block"))

    def _of_parenthesized_expression(self, node: Node) -> Any:
        return self._value(node.named_children[0])

    def _of_array_expression(self, node: Node) -> list[Any]:
        return list(self._block(node))

    def _of_array_literal_expression(self, node: Node) -> list[Any]:
        return [self._value(child) for child in node.named_children]

    def _of_hash_literal_expression(self, node: Node) -> Names:
        found = Names()
        for entry in every(node, "hash_entry"):
            key, value = entry.named_children
            found[text(key)] = self._value(value)
        return found

    def _of_expression_with_unary_operator(self, node: Node) -> Any:
        if text(node.children[0]) == "-not":
            return not _true(self._value(node.children[1]))
        (cast,) = node.named_children
        kind, inner = text(cast.named_children[0]), self._value(cast.named_children[1])
        return {"[string]": _text, "[char]": chr, "[ordered]": lambda hashed: hashed}[kind](inner)

    def _of_logical_expression(self, node: Node) -> bool:
        left, sign, right = node.children
        if text(sign) == "-and":
            return _true(self._value(left)) and _true(self._value(right))
        assert text(sign) == "-or"
        return _true(self._value(left)) or _true(self._value(right))

    def _of_comparison_expression(self, node: Node) -> Any:
        left, sign = self._value(node.children[0]), text(node.children[1])
        if sign == "-is":
            assert text(node.children[2]) == "[datetime]"
            return isinstance(left, datetime)
        right = self._value(node.children[2])
        fold = [one.casefold() if isinstance(one, str) else one for one in (left, right)]
        match sign:
            case "-eq":
                return fold[0] == fold[1]
            case "-ne":
                return fold[0] != fold[1]
            case "-gt":
                return left > right
            case "-split":
                return re.split(right, left)
            case "-join":
                return right.join(map(_text, _list(left)))
        raise AssertionError(sign)

    def _of_additive_expression(self, node: Node) -> Any:
        left, right = self._value(node.children[0]), self._value(node.children[2])
        return left + _text(right) if isinstance(left, str) else left + right

    def _of_multiplicative_expression(self, node: Node) -> int:
        assert text(node.children[1]) == "%"
        return int(self._value(node.children[0]) % self._value(node.children[2]))

    def _of_type_literal(self, node: Node) -> Any:
        return self._statics[text(node)]

    def _of_member_access(self, node: Node) -> Any:
        holder = self._value(node.children[0])
        member = node.children[2]
        (inner,) = member.named_children
        name = self._get(text(inner)) if inner.type == "variable" else text(inner)
        if isinstance(holder, list):
            assert name == "Count"
            return len(holder)
        if isinstance(holder, dict):
            return len(holder) if name == "Count" else Names.find(holder, name)  # type: ignore[arg-type]
        return getattr(holder, name, None)

    def _of_invokation_expression(self, node: Node) -> Any:
        holder = self._value(node.children[0])
        (name,) = (text(child) for child in node.children if child.type == "member_name")
        lists = [child for child in node.children if child.type == "argument_list"]
        arguments = [e for one in lists for c in one.named_children for e in c.named_children]
        values = [self._value(one) for one in arguments]
        return _method(holder, name)(*values)

    # variables

    def _get(self, name: str) -> Any:
        if (known := name[1:].casefold()) in ("true", "false", "null"):
            return {"true": True, "false": False}.get(known)
        if known.startswith("script:"):
            return self._scopes[0].find(known.removeprefix("script:"))
        for scope in reversed(self._scopes):
            if any(one.casefold() == known for one in scope):
                return scope.find(known)
        return self._statics.get(name)

    def _set(self, name: str, value: Any) -> None:
        if name.casefold() == "$null":
            return
        scope = self._scopes[0] if name.casefold().startswith("$script:") else self._scopes[-1]
        scope[name.rpartition(":")[2].removeprefix("$")] = value


def _method(holder: Any, name: str) -> Callable[..., Any]:
    if isinstance(holder, datetime):
        return {
            "ToUniversalTime": lambda: holder.astimezone(UTC),
            "ToString": lambda form, _: holder.strftime(TIME_FORMATS[form]),
        }[name]
    if isinstance(holder, str):
        return {"Trim": holder.strip, "TrimEnd": holder.rstrip}[name]
    return getattr(holder, name)  # type: ignore[no-any-return]


def _true(value: Any) -> bool:
    return len(value) > 0 if isinstance(value, list) and len(value) != 1 else bool(_unwrapped(_list(value)))


def _list(value: Any, *, nothing: bool = False) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None and not nothing else [value]


def _unwrapped(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values or None


def _text(value: Any) -> str:
    return (
        ""
        if value is None
        else {True: "True", False: "False"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )
