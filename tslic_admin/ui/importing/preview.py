"""Runs the preview of an import: files are staged on the read worker, compared on the write worker, then applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from tslic_admin.domain.outcomes import Notice, RuleViolation
from tslic_admin.services.changes import ActResult
from tslic_admin.services.importing.column_mappings import read_mappings
from tslic_admin.services.importing.files import FoundFile, find_files, sources_of
from tslic_admin.services.importing.imports import (
    FileResult,
    ImportOptions,
    SourceFile,
    Staged,
    apply,
    preview,
    stage,
)
from tslic_admin.services.stores import StoreTrouble
from tslic_admin.ui.gateway.gateway import Gateway
from tslic_admin.ui.gateway.jobs import Cancelled, Job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ImportInput:
    """A file by its path, or text that was pasted."""

    name: str
    path: Path | None = None
    data: bytes = b""


@dataclass
class _PreviewRun:
    """One staging of the files, and what came of comparing it."""

    job: Job
    open: ExitStack = field(default_factory=ExitStack)
    staged: Staged | None = None
    refused: int = 0
    sources: tuple[SourceFile, ...] = ()


class ImportPreview(QObject):
    """At most one look is current; answers of earlier ones are dropped and their staging is closed."""

    previewed = Signal(object)  # tuple of FileResult
    stopped = Signal(object)  # RuleViolation, StoreTrouble, OSError or Cancelled

    def __init__(self, gateway: Gateway, parent: QObject) -> None:
        super().__init__(parent)
        self._gateway = gateway
        self._run: _PreviewRun | None = None

    def start(self, files: Sequence[ImportInput], options: Callable[[], ImportOptions]) -> Job:
        """Stage and compare; `previewed` or `stopped` tells what came of it. The job can be cancelled."""
        self.drop()
        look = self._run = _PreviewRun(Job(self))
        path, now = self._gateway.path, self._gateway.now

        def mapped() -> ImportOptions:
            return replace(options(), mappings=read_mappings(path, now))

        self._gateway.read(
            lambda: _or_error(lambda: _stage(look, files, mapped)), lambda answer: self._staged(look, answer)
        )
        return look.job

    def drop(self) -> None:
        """Forget the current look; its staging is closed now, or by its own answer while that is on its way."""
        look, self._run = self._run, None
        if look is not None:
            look.job.cancel()
            if look.staged is not None:
                look.open.close()

    def _staged(self, look: _PreviewRun, answer: Any) -> None:
        if look is not self._run:
            look.open.close()
        elif isinstance(answer, Exception):
            self._stop(look, answer)
        else:
            self._gateway.ask(
                lambda session: _or_error(lambda: _preview(session, answer, look)),
                lambda results: self._compared(look, answer, results),
            )

    def _compared(self, look: _PreviewRun, staged: Staged, answer: Any) -> None:
        if look is not self._run:
            look.open.close()
        elif isinstance(answer, Exception):
            self._stop(look, answer)
        else:
            look.staged = staged
            look.refused = count_refused(answer)
            self.previewed.emit(answer)

    def answer(self, answers: Mapping[tuple[str, str], int]) -> None:
        """Compare what is staged again, with these answers to what the preview asked."""
        look = self._run
        if look is None or look.staged is None:
            return
        staged = replace(look.staged, options=replace(look.staged.options, answers=answers))
        look.staged = None
        self._staged(look, staged)

    def _stop(self, look: _PreviewRun, why: Exception) -> None:
        look.open.close()
        self._run = None
        self.stopped.emit(why)

    def source(self, name: str) -> SourceFile | None:
        """The file of that name in the current look."""
        sources = self._run.sources if self._run is not None else ()
        return next((one for one in sources if one.name == name), None)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is worth knowing of the files that were previewed."""
        look = self._run
        return look.staged.notices if look is not None and look.staged is not None else ()

    def apply_act(self, job: Job, results: list[FileResult]) -> Callable[[Session], ActResult]:
        """The act that writes what was previewed, for `Gateway.do`; puts what was done into `results`.

        Refused rows are left out as shown; where they are others by then, nothing is written.
        """
        look = self._run
        if look is None or look.staged is None:
            raise RuntimeError("nothing was previewed")
        staged, shown = look.staged, look.refused

        def act(session: Session) -> ActResult:
            imported = apply(session, staged, skip_refused=shown > 0, progress=job.progress)
            if (refused := count_refused(imported.results)) > shown:
                raise RuleViolation("import-refused", count=refused)
            results[:] = imported.results
            return imported.act

        return act


def count_refused(results: Sequence[FileResult]) -> int:
    return sum(len(result.refused) for result in results)


def _or_error(work: Callable[[], Any]) -> Any:
    """What the dialog answers to is an answer; anything else is a bug or the store's trouble."""
    try:
        return work()
    except (RuleViolation, StoreTrouble, OSError, Cancelled) as why:
        return why


def _stage(look: _PreviewRun, files: Sequence[ImportInput], options: Callable[[], ImportOptions]) -> Staged:
    sources = look.sources = tuple(_sources(files))
    return look.open.enter_context(stage(sources, options(), progress=look.job.progress))


def _sources(files: Sequence[ImportInput]) -> Iterator[SourceFile]:
    """What was pasted, then all files; one that is not there any more is refused with the others."""
    found: list[FoundFile] = []
    for given in files:
        if given.path is None:
            yield SourceFile(given.name, given.data)
            continue
        try:
            found += find_files([given.path])
        except OSError:
            found.append(FoundFile(given.path))
    yield from sources_of(found)


def _preview(session: Session, staged: Staged, look: _PreviewRun) -> tuple[FileResult, ...]:
    return preview(session, staged, progress=look.job.progress)
