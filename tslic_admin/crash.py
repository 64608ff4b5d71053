"""Crash reports without names of people or computers and without codes; the log, which is masked in the same way.

PATTERNS lists what is masked.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from tslic_admin.paths import Paths
from tslic_admin.services.stores import SCHEMA, SQLITE_VERSION

LOG = "tslic-admin.log"
FAULTS = "faults.log"  # faulthandler writes to a file number: it cannot share a log that rotates
LOG_BYTES, LOG_FILES = 512 * 1024, 3
HANDLER = "tslic-admin crash log"

log = logging.getLogger("tslic_admin.crash")

HIDDEN = "…"  # stands for masked text

# What a report must not contain. It is better to mask too much than too little.
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\S*[\\/]\S*",  # a path, DOMAIN\user, an address
        r"\S+@\S+",  # a mail address or a user principal name
        r"\b[A-Za-z0-9]{5}(?:[\s-]{0,3}[A-Za-z0-9]{5}){2,}\b",  # a code in groups of five
        r"\b[A-Za-z0-9]{20,}\b",  # a code in one piece
        r"\b(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}\b",  # an authorization number
        r"\b\d{5,}(?:-[A-Za-z0-9]+)*\b",  # an agreement or license number, a product ID
    )
)
QUOTE = re.compile(r"(?<!\w)(?:['\"‘“«`]).*", re.DOTALL)
CLOSING = "'\"’”»`"


def install(logs: Path, on_crash: Callable[[str], None] | None = None) -> Path:
    """Log every bug of any thread in the folder `logs` (created here) and call `on_crash` with its report.

    Returns the path of the log. The last call counts. Where the folder cannot be written, the program runs without
    a log.
    """
    try:
        logs.mkdir(parents=True, exist_ok=True)
        open_log(logs)
        # a file number instead of a file object, because it must stay open as long as the program runs
        full = (logs / FAULTS).exists() and (logs / FAULTS).stat().st_size > LOG_BYTES
        mode = os.O_TRUNC if full else os.O_APPEND
        faulthandler.enable(os.open(logs / FAULTS, os.O_WRONLY | os.O_CREAT | mode, 0o600), all_threads=True)
    except OSError:
        pass  # the hooks below still report to `on_crash`

    def handle(error: BaseException) -> None:
        details = report(error)
        log.critical("%s", details)
        if on_crash is not None:
            on_crash(details)
        elif sys.stderr is not None:  # None for a window's program on Windows
            sys.stderr.write(f"{details}\nLog: {logs / LOG}\n")

    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            handle(error)

    def thread_excepthook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            handle(args.exc_value)

    sys.excepthook = excepthook
    threading.excepthook = thread_excepthook
    return logs / LOG


def open_log(logs: Path) -> None:
    """Write warnings of all loggers to the rotating file in `logs`; replaces the file of an earlier call."""
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
    """Masks log lines like a report, because the log is sent along with it."""

    def format(self, record: logging.LogRecord) -> str:
        copy = logging.makeLogRecord(record.__dict__)
        copy.msg, copy.args = record.getMessage(), None
        copy.exc_text = None
        if record.name != log.name:  # a report is already masked
            copy.msg = "\n".join(masked(line) for line in copy.msg.splitlines())
        return super().format(copy)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(error_lines(error)) if isinstance(error, BaseException) else ""


def report(error: BaseException, paths: Paths | None = None) -> str:
    """The text of *Copy Details*: versions, and a masked traceback.

    With `paths` (from the console) the report is also logged, and its last line is the path of the log.
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
    libraries = ", ".join(f"{name} {version_of(name)}" for name in ("PySide6-Essentials", "SQLAlchemy"))
    return [
        f"tslic-admin {version_of('tslic-admin')}",
        f"Python {platform.python_version()}, {libraries}",
        f"Platform {platform.platform()}",
        f"SQLite {SQLITE_VERSION}, schema {SCHEMA}",
    ]


def version_of(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def error_lines(error: BaseException) -> list[str]:
    """Types, places and masked messages of an exception and its causes, the first cause first."""
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
    for frame, line in traceback.walk_tb(trace):
        yield frame_line(frame.f_code.co_filename, line, frame.f_code.co_name)


def type_line(error: BaseException) -> str:
    """The type with its message; of this program's exceptions only the code, because their facts are the user's data."""
    kind = type(error)
    if kind.__module__.split(".")[0] == "tslic_admin":
        code = getattr(error, "code", None)
        return f"{kind.__name__}: {code}" if isinstance(code, str) else kind.__name__
    try:
        message = masked(str(error))
    except Exception:  # noqa: BLE001 - a failing __str__ must not prevent the report
        message = ""
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{name}: {message}" if message else name


def masked(message: str) -> str:
    """The first line of a message without quoted text, paths, codes and long numbers.

    Quoted is everything from the first opening quote to the last closing quote, because a value may contain quotes.
    The other lines are left out: SQLAlchemy puts the values of the statement there.
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
    """One line of a traceback. Its file is shown from the package on: the folders above may contain a user's name."""
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
