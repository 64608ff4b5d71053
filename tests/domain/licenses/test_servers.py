"""What an admin says of a license server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tslic_admin.domain.licenses.servers import read_activation, read_connection_method, read_role
from tslic_admin.domain.outcomes import RuleViolation


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_role, "workgroup", 0),
        (read_role, " Domain ", 1),
        (read_role, "2", 2),
        (read_activation, "activated", 0),
        (read_activation, "Not Activated", 1),
        (read_activation, "not-activated", 1),
        (read_activation, "2", 2),
        (read_connection_method, " Telephone", "telephone"),
        (read_connection_method, "web", "web"),
    ],
)
def test_values_are_read_by_name_or_number(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "code", "field"),
    [
        (read_role, "role-unknown", "role"),
        (read_activation, "activation-unknown", "activation"),
        (read_connection_method, "connection-method-unknown", "connection_method"),
    ],
)
@pytest.mark.parametrize("text", ["", "perhaps", "3", "-1", "²", "9" * 5000])
def test_other_values_are_refused_with_the_known_ones(
    read: Callable[[str], object], code: str, field: str, text: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read(text)
    assert (refusal.value.code, refusal.value.field, refusal.value.facts["value"]) == (code, field, text)
    assert ", " in str(refusal.value.facts["known"])
