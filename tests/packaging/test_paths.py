"""Where files go, and that asking makes none."""

from __future__ import annotations

from pathlib import Path

from tslic_admin.paths import Paths


def test_one_folder_for_everything(tmp_path) -> None:
    paths = Paths.under(tmp_path / "new")
    assert paths == Paths(data=tmp_path / "new", config=tmp_path / "new", logs=tmp_path / "new" / "logs")
    assert paths.store == tmp_path / "new" / "tslic.sqlite"
    assert not (tmp_path / "new").exists()


def test_the_users_folders_are_named_after_the_program_once(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    paths = Paths.for_user()
    for folder in (paths.data, paths.config, paths.logs):
        assert folder.parts.count("tslic-admin") == 1
    assert isinstance(paths.store, Path)
    assert paths.store.name == "tslic.sqlite"
    assert not list(tmp_path.iterdir())
