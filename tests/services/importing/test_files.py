"""Names, patterns and folders stand for files: each once, in order, bounded; what is not ours in a folder is passed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from services.importer import Importer, counts, packs, refused

from tslic_admin.domain.outcomes import RuleViolation
from tslic_admin.services.importing import files, imports
from tslic_admin.services.importing.files import FoundFile, find_files, sources_of
from tslic_admin.services.importing.staging import stage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "A.csv", "sub/c.csv", "sub/b.csv", ".hidden/x.csv", ".y.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("x")
    return tmp_path / "in"


def names(found: list[FoundFile], folder: Path) -> list[str]:
    return [one.path.relative_to(folder).as_posix() for one in found]


def test_a_folder_is_its_files_and_those_below_in_order(folder):
    found = find_files([folder])
    assert names(found, folder) == ["A.csv", "b.csv", "sub/b.csv", "sub/c.csv"]
    assert {one.folder for one in found} == {folder}


def test_a_file_that_is_meant_twice_is_taken_once(folder):
    found = find_files([str(folder / "b.csv"), folder, str(folder / "sub" / ".." / "b.csv")])
    assert names(found, folder) == ["b.csv", "A.csv", "sub/b.csv", "sub/c.csv"]
    assert found[0].folder is None


def test_patterns_are_resolved_and_fit_files_that_are_named(folder):
    assert names(find_files([str(folder / "*.csv")]), folder) == ["A.csv", "b.csv"]
    assert names(find_files([str(folder / "**" / "c.csv")]), folder) == ["sub/c.csv"]
    assert {one.folder for one in find_files([str(folder / "?.csv")])} == {None}
    (folder / "[1].csv").write_text("x")
    assert names(find_files([str(folder / "[1].csv")]), folder) == ["[1].csv"]
    for none in ("*.txt", "none.csv"):
        with pytest.raises(FileNotFoundError):
            find_files([str(folder / none)])


@pytest.mark.skipif(
    not hasattr(os, "mkfifo"),
    reason="needs os.mkfifo, which Windows does not have; symbolic links need a privilege there",
)
def test_links_to_folders_and_what_is_no_file_are_passed_over(folder):
    (folder / "sub" / "back").symlink_to(folder, target_is_directory=True)
    (folder / "sub" / "link.csv").symlink_to(folder / "b.csv")
    os.mkfifo(folder / "pipe")
    assert names(find_files([folder]), folder) == ["A.csv", "b.csv", "sub/b.csv", "sub/c.csv"]


def test_it_is_bounded(folder, monkeypatch):
    monkeypatch.setattr(files, "DEEPEST", 1)
    assert names(find_files([folder]), folder) == ["A.csv", "b.csv"]
    monkeypatch.setattr(files, "MOST_FILES", 1)
    with pytest.raises(RuleViolation) as caught:
        find_files([folder])
    assert (caught.value.code, caught.value.facts) == ("too-many-files", {"folder": folder, "most": 1})


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(RuleViolation) as caught:
        find_files([tmp_path])
    assert (caught.value.code, caught.value.facts) == ("folder-empty", {"folder": tmp_path})


def test_files_of_one_name_are_told_apart_by_where_they_lie(folder):
    sources = sources_of(find_files([folder]))
    assert [one.name for one in sources] == ["A.csv", "in/b.csv", "in/sub/b.csv", "c.csv"]
    assert all(one.from_folder for one in sources)
    named = sources_of([FoundFile(folder / "b.csv"), FoundFile(folder / "sub" / "b.csv")])
    assert [one.name for one in named] == [str(folder / "b.csv"), str(folder / "sub" / "b.csv")]
    assert not any(one.from_folder for one in named)


def test_what_is_nothing_of_ours_in_a_folder_is_passed_over_and_said(store, clock, tmp_path):
    tmp_path /= "in"
    tmp_path.mkdir()
    name, data = packs()
    (tmp_path / name).write_bytes(data)
    for number in range(7):
        (tmp_path / f"note{number}.txt").write_text("call them\n")
    (tmp_path / "people.csv").write_text("a,b\n1,2\n")
    importer = Importer(store, clock)
    with stage(sources_of(find_files([tmp_path])), importer.options) as staged:
        with store.writing() as session:
            results = imports.apply(session, staged).results
        first, second = staged.notices
    assert (first.code, first.facts["count"]) == ("files-passed-over", 7)
    assert first.facts["files"].endswith("note4.txt, …")
    assert (second.code, second.facts) == ("tables-passed-over", {"count": 1, "files": "people.csv"})
    assert refused(results) == []
    assert counts(results)["key-packs"] == (1, 0, 0)


def test_what_is_damaged_in_a_folder_is_refused_as_ever(store, clock, tmp_path):
    tmp_path /= "in"
    tmp_path.mkdir()
    (tmp_path / "x.json").write_text('[{"KeyPackId":1,"TotalLicenses":5},')
    importer = Importer(store, clock)
    with (
        stage(sources_of(find_files([tmp_path])), importer.options) as staged,
        store.reading() as session,
    ):
        assert refused(imports.preview(session, staged)) == [(0, "x.json", "json-malformed")]
