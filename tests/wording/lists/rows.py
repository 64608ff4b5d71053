"""Rows of lists, made up."""

from __future__ import annotations

from typing import Any

from tslic_admin.domain.catalogue.kinds import ListKind


def row(kind: ListKind[Any], /, **values: object) -> Any:
    """A row of a list in which everything not named is None."""
    assert set(values) <= set(kind.fields)
    return kind.make({**dict.fromkeys(kind.fields), **values}.values())
