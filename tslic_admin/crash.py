"""What becomes of a bug: a masked report, logged and handed to *Copy details*. A value slips through? See PATTERNS."""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from tslic_admin.paths import Paths

LOG = "tslic-admin.log"
FAULTS = "faults.log"  # faulthandler writes to a file number: it cannot share a log that rotates
LOG_BYTES, LOG_FILES = 512 * 1024, 3
HANDLER = "tslic-admin crash log"

log = logging.getLogger("tslic_admin.crash")

# What a report must not carry: rather too much than too little.
HIDDEN = "…"

PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\S*[\\/]\S*",  # a path, DOMAIN\user, an address
        r"\S+@\S+",  # a mail address or a user principal name
        r"\b[A-Za-z0-9]{5}(?:[\s-]{0,3}[A-Za-z0-9]{5}){2,}\b",  # a code as it is read out, in groups of five
        r"\b[A-Za-z0-9]{20,}\b",  # a code in one piece
        r"\b(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}\b",  # an authorization number
        r"\b\d{5,}(?:-[A-Za-z0-9]+)*\b",  # an agreement or license number, a product ID
    )
)
QUOTE = re.compile(r"(?<!\w)(?:['\"‘“«`]).*", re.DOTALL)
CLOSING = "'\"’”»`"


def install(logs: Path, on_crash: Callable[[str], None] | None = None) -> Path:
    """Log every bug of any thread in the folder `logs` (made here) and hand its report to `on_crash`.

    Returns the path of the log. Installed twice, the last call counts. A folder that cannot be written
    costs the log, never the start of the program.
    """
    try:
        logs.mkdir(parents=True, exist_ok=True)
        open_log(logs)
        # a number, not a file object: it must stay open and valid as long as the program runs
        full = (logs / FAULTS).exists() and (logs / FAULTS).stat().st_size > LOG_BYTES
        mode = os.O_TRUNC if full else os.O_APPEND
        faulthandler.enable(os.open(logs / FAULTS, os.O_WRONLY | os.O_CREAT | mode, 0o600), all_threads=True)
    except OSError:
        pass  # the hooks below still report to `on_crash`

    def caught(error: BaseException) -> None:
        details = report(error)
        log.critical("%s", details)
        if on_crash is not None:
            on_crash(details)
        elif sys.stderr is not None:  # a window's program on Windows has none
            sys.stderr.write(f"{details}\nLog: {logs / LOG}\n")

    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            caught(error)

    def thread_excepthook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            caught(args.exc_value)

    sys.excepthook = excepthook
    threading.excepthook = thread_excepthook
    return logs / LOG


def open_log(logs: Path) -> None:
    """Let warnings of every logger go to the rotating file, instead of the one opened before."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if h.get_name() == HANDLER]:
        root.removeHandler(handler)
        handler.close()
    handler = RotatingFileHandler(
        logs / LOG, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
    )
    handler.set_name(HANDLER)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(MaskedFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)


class MaskedFormatter(logging.Formatter):
    """A log is sent along with a report: it leaves out what the report leaves out."""

    def format(self, record: logging.LogRecord) -> str:
        kept = logging.makeLogRecord(record.__dict__)
        kept.msg, kept.args = record.getMessage(), None
        kept.exc_text = None
        if record.name != log.name:  # a report is masked already, line by line
            kept.msg = "\n".join(masked(line) for line in kept.msg.splitlines())
        return super().format(kept)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(error_lines(error)) if isinstance(error, BaseException) else ""


def report(error: BaseException, paths: Paths | None = None) -> str:
    """The text of *Copy details*: versions and a traceback without names of people or computers, without codes.

    With `paths` (the console) the report is also logged there, and its last line says where.
    """
    text = "\n".join([*version_lines(), "", *error_lines(error)])
    if paths is None:
        return text
    try:
        paths.logs.mkdir(parents=True, exist_ok=True)
        open_log(paths.logs)
        log.critical("%s", text)
    except OSError:
        return f"{text}\nLog: none, {paths.logs} cannot be written"
    return f"{text}\nLog: {paths.logs / LOG}"


def version_lines() -> list[str]:
    import platform
    import sqlite3

    libraries = ", ".join(f"{name} {version_of(name)}" for name in ("PySide6-Essentials", "SQLAlchemy"))
    return [
        f"tslic-admin {version_of('tslic-admin')}",
        f"Python {platform.python_version()}, {libraries}",
        f"Platform {platform.platform()}",
        f"SQLite {sqlite3.sqlite_version}, schema {newest_schema()}",
    ]


def version_of(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def newest_schema() -> str:
    """The schema this program writes: the number of its last migration."""
    from importlib.resources import files

    try:
        steps = sorted(step.name for step in (files("tslic_admin") / "db/migrations/versions").iterdir())
    except OSError:
        return "unknown"
    return next((name.split("_")[0] for name in reversed(steps) if name[0].isdigit()), "unknown")


def error_lines(error: BaseException) -> list[str]:
    """Types, places and masked messages of an exception and of what led to it, the first cause first."""
    lines: list[str] = []
    for number, link in enumerate(reversed(list(chain(error)))):
        if number:
            lines += ["", "which led to:", ""]
        lines += ["Traceback (most recent call last):", *frame_lines(link.__traceback__), type_line(link)]
        if isinstance(link, BaseExceptionGroup):
            for part in link.exceptions:
                lines += [f"  | {line}" for line in error_lines(part)]
    return lines


def chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def frame_lines(trace: TracebackType | None) -> Iterator[str]:
    import traceback

    for frame, line in traceback.walk_tb(trace):
        yield frame_line(frame.f_code.co_filename, line, frame.f_code.co_name)


def type_line(error: BaseException) -> str:
    """Our own exceptions say their code; their facts are the user's data. Foreign messages are masked."""
    kind = type(error)
    if kind.__module__.split(".")[0] == "tslic_admin":
        code = getattr(error, "code", None)
        return f"{kind.__name__}: {code}" if isinstance(code, str) else kind.__name__
    try:
        message = masked(str(error))
    except Exception:  # noqa: BLE001 - a message that cannot be made is no reason to lose the report
        message = ""
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{name}: {message}" if message else name


def masked(message: str) -> str:
    """The first line of a message without what stands in quotes, paths, codes and long numbers.

    Quoted: everything from the first opening quote to the last closing one, since a value may hold quotes.
    Only the first line: SQLAlchemy puts the statement's values into the others.
    """
    line = message.split("\n", 1)[0].split("[SQL:", 1)[0].split("[parameters:", 1)[0].strip()
    if quoted := QUOTE.search(line):
        end = max(line.rfind(quote) for quote in CLOSING)
        rest = line[end + 1 :] if end > quoted.start() else ""
        line = f"{line[: quoted.start()]}'{HIDDEN}'{rest}"
    for pattern in PATTERNS:
        line = pattern.sub(HIDDEN, line)
    return line[:300]


def frame_line(filename: str, line: int, function: str) -> str:
    """One step of a traceback, its file as seen from its package: folders above may hold a user's name."""
    return f"  {package_file(filename)}:{line} in {function}"


def package_file(filename: str) -> str:
    parts = filename.replace("\\", "/").split("/")
    for marker in ("site-packages", "dist-packages"):
        if marker in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(marker) :])
    if "tslic_admin" in parts[:-1]:
        return "/".join(parts[len(parts) - 1 - parts[::-1].index("tslic_admin") :])
    for number, part in enumerate(parts):
        if re.fullmatch(r"python3\.\d+", part) and number < len(parts) - 1:
            return "/".join(parts[number:])  # the standard library
    return parts[-1]
