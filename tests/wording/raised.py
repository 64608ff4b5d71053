"""What the sources raise and say: every code with the facts that are given along, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tslic_admin

# class -> where its code and its mapping of facts stand; None: facts are keyword arguments
CLASSES = {
    "RuleViolation": (0, None),
    "NeedsReason": (0, None),
    "StoreTrouble": (0, None),
    "Notice": (0, 1),
    "Finding": (0, 1),
    "StagedRefusal": (2, 3),
}
ACTS = ("transfer", "reissue")  # what f"{act}-temporary" and the like stand for


@dataclass(frozen=True)
class Site:
    """One place. `facts` None: they cannot be told from the syntax."""

    where: str
    kind: str
    codes: tuple[str, ...]
    facts: frozenset[str] | None


def sites() -> list[Site]:
    root = Path(tslic_admin.__file__).parent
    return [site for path in sorted(root.rglob("*.py")) for site in _sites_of(path, path.relative_to(root))]


def constants() -> set[str]:
    """Every string that stands in the sources outside of wording/."""
    root = Path(tslic_admin.__file__).parent
    return {
        node.value
        for path in root.rglob("*.py")
        if "wording" not in path.relative_to(root).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _sites_of(path: Path, name: Path) -> Iterator[Site]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CLASSES:
            code_at, facts_at = CLASSES[call.func.id]
            around = [f for f in functions if f.lineno <= call.lineno <= (f.end_lineno or 0)]
            function = around[-1] if around else None
            facts = _keywords(call, function) if facts_at is None else _mapping(call, facts_at, function)
            codes = tuple(_codes(call.args[code_at], function, module))
            yield Site(f"{name}:{call.lineno}", call.func.id, codes, facts)


def _assigned(use: ast.Name, function: ast.FunctionDef | None) -> ast.expr | None:
    """What a local name was set to last before it is used here."""
    values = [
        node.value
        for node in (ast.walk(function) if function else ())
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == use.id for target in node.targets)
        and node.lineno < use.lineno
    ]
    return max(values, key=lambda value: value.lineno, default=None)


def _codes(node: ast.expr, function: ast.FunctionDef | None, module: ast.Module) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(tail))]):
            yield from (act + tail for act in ACTS)
        case ast.IfExp(body=one, orelse=other):
            yield from _codes(one, function, module)
            yield from _codes(other, function, module)
        case ast.Name(id=name):
            value = _assigned(node, function)
            if value is not None:
                yield from _codes(value, function, module)
            elif function is not None:
                yield from _arguments(name, function, module)


def _arguments(name: str, function: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    """The constants that calls of a function give for a parameter."""
    names = [argument.arg for argument in function.args.args]
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function.name:
            argument = call.args[names.index(name)] if name in names else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def _keywords(call: ast.Call, function: ast.FunctionDef | None) -> frozenset[str] | None:
    facts: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is not None:
            facts.add(keyword.arg)
            continue
        inside = _keys(keyword.value, function)
        if inside is None:
            return None
        facts |= inside
    return frozenset(facts)


def _mapping(call: ast.Call, at: int, function: ast.FunctionDef | None) -> frozenset[str] | None:
    return frozenset() if len(call.args) <= at else _keys(call.args[at], function)


def _keys(node: ast.expr, function: ast.FunctionDef | None) -> frozenset[str] | None:
    if isinstance(node, ast.Name):
        value = _assigned(node, function)
        return None if value is None else _keys(value, function)
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    return None


def acts() -> set[str]:
    """The kinds of entries that the services seal."""
    root = Path(tslic_admin.__file__).parent / "services"
    return {
        call.args[1].value
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("seal_act", "seal")
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
        and isinstance(call.args[1].value, str)
    }
