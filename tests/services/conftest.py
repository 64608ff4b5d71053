"""The stock that most tests of the services begin with."""

from __future__ import annotations

import pytest
from services.stock import Stock

from tslic_admin.db.store import Store


@pytest.fixture
def stock(store: Store) -> Stock:
    return Stock(store)
