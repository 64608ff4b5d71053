"""A store with rows in every state, made once; and the model of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW, Clock
from db.lists.model import Model
from db.lists.stocking import put_rows_in_every_state

from tslic_admin.db.store import Store


@pytest.fixture(scope="module")
def rich(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only read it."""
    path = tmp_path_factory.mktemp("rich") / "tslic.sqlite"
    path.write_bytes(template_database.read_bytes())
    store = Store(path, actor="tester@box", now=Clock())
    put_rows_in_every_state(store)
    store.close()
    return path


@pytest.fixture(scope="module")
def model(rich: Path) -> Model:
    return Model(rich, NOW.astimezone().date())


@pytest.fixture(scope="module")
def now() -> Callable:
    return Clock()
