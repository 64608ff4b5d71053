"""Runs the preview of an import: files are staged on the read worker, compared on the write worker, then applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.services.importing.column_mappings import read_mappings
from tslic_admin.services.importing.files import (
    FoundFile,
    ImportOptions,
    SourceFile,
    StagedFiles,
    find_files,
    sources_of,
)
from tslic_admin.services.importing.imports import ImportResult, apply, preview
from tslic_admin.services.importing.results import FileResult, count_refused
from tslic_admin.services.importing.staging import stage
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class ImportInput:
    """A file by its path, or text that was pasted."""

    name: str
    path: Path | None = None
    data: bytes = b""


@dataclass
class _PreviewRun:
    """One staging of the files. `resources` closes it; `staged` is set after the comparison."""

    job: Job
    resources: ExitStack = field(default_factory=ExitStack)
    staged: StagedFiles | None = None
    refused: int = 0
    sources: tuple[SourceFile, ...] = ()


class PreviewRunner(QObject):
    """At most one run is current; answers of earlier runs are ignored and their staging is closed."""

    previewed = Signal(object)  # tuple of FileResult
    failed = Signal(object)  # Refusal, OSError, or None where it was cancelled

    def __init__(self, gateway: Gateway, parent: QObject) -> None:
        super().__init__(parent)
        self._gateway = gateway
        self._run: _PreviewRun | None = None

    def start(self, files: Sequence[ImportInput], options: Callable[[], ImportOptions]) -> Job:
        """Stage and compare; then `previewed` or `failed` is emitted. The job can be cancelled."""
        self.discard()
        run = self._run = _PreviewRun(Job(self._gateway))
        path, now = self._gateway.path, self._gateway.now

        def options_with_mappings() -> ImportOptions:
            return replace(options(), mappings=read_mappings(path, now))

        self._gateway.read(
            lambda: _result_or_os_error(lambda: _stage(run, files, options_with_mappings)),
            lambda answer: self._compare(run, answer),
            lambda refusal: self._fail(run, refusal),
            owner=self._gateway,  # a run closes its staging also when the dialog is gone
            failed=lambda: self._fail(run, None),
        )
        return run.job

    def discard(self) -> None:
        """Drop the current run. Its staging is closed now, or by its own answer if that is still pending."""
        run, self._run = self._run, None
        if run is not None:
            run.job.cancel()
            if run.staged is not None:
                run.resources.close()

    def _compare(self, run: _PreviewRun, staged: StagedFiles | OSError) -> None:
        if isinstance(staged, OSError) or run is not self._run:
            self._fail(run, staged)
            return
        self._gateway.ask(
            lambda session: _result_or_os_error(lambda: preview(session, staged, progress=run.job.progress)),
            lambda results: self._finish(run, staged, results),
            lambda refusal: self._fail(run, refusal),
            owner=self._gateway,
            failed=lambda: self._fail(run, None),
        )

    def _finish(
        self, run: _PreviewRun, staged: StagedFiles, results: tuple[FileResult, ...] | OSError
    ) -> None:
        if isinstance(results, OSError) or run is not self._run:
            self._fail(run, results)
            return
        run.staged = staged
        run.refused = count_refused(results)
        run.job.ended.emit(run.job)
        self.previewed.emit(results)

    def compare_again(self, answers: Mapping[tuple[str, str], int]) -> None:
        """Compare the staged files again, with these answers to the questions of the preview."""
        run = self._run
        if run is None or run.staged is None:
            return
        staged = replace(run.staged, options=replace(run.staged.options, answers=answers))
        run.staged = None
        self._compare(run, staged)

    def _fail(self, run: _PreviewRun, error: object) -> None:
        """Close a run that failed, was cancelled or is not the current one any more."""
        run.resources.close()
        run.job.ended.emit(run.job)
        if run is self._run:
            self._run = None
            self.failed.emit(error)

    def source(self, name: str) -> SourceFile | None:
        """The file of that name in the current run."""
        sources = self._run.sources if self._run is not None else ()
        return next((one for one in sources if one.name == name), None)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices about the previewed files."""
        run = self._run
        return run.staged.notices if run is not None and run.staged is not None else ()

    def apply_act(self, job: Job) -> Callable[[Session], ImportResult]:
        """The act for `Gateway.do` that writes what was previewed.

        Refused rows are left out. If there are more of them than the preview showed, nothing is written.
        """
        run = self._run
        if run is None or run.staged is None:
            raise RuntimeError("nothing was previewed")
        staged, shown_refused = run.staged, run.refused

        def act(session: Session) -> ImportResult:
            imported = apply(session, staged, skip_refused=shown_refused > 0, progress=job.progress)
            if (refused := count_refused(imported.results)) > shown_refused:
                raise RuleViolation("import-refused", count=refused)
            return imported

        return act


def _result_or_os_error(work: Callable[[], T]) -> T | OSError:
    """Return an OSError of `work`, such as a full temporary folder, which the dialog shows."""
    try:
        return work()
    except OSError as error:
        return error


def _stage(
    run: _PreviewRun, files: Sequence[ImportInput], options: Callable[[], ImportOptions]
) -> StagedFiles:
    sources = run.sources = tuple(_sources(files))
    return run.resources.enter_context(stage(sources, options(), progress=run.job.progress))


def _sources(files: Sequence[ImportInput]) -> Iterator[SourceFile]:
    """Pasted texts, then all files. A file that does not exist any more is refused like a file that cannot be read."""
    found_files: list[FoundFile] = []
    for source in files:
        if source.path is None:
            yield SourceFile(source.name, source.data)
            continue
        try:
            found_files += find_files([source.path])
        except OSError:
            found_files.append(FoundFile(source.path))
    yield from sources_of(found_files)
