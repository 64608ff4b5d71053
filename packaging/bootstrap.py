"""Run this to open or test the program from a fresh checkout: `bootstrap.py run --demo`, `bootstrap.py test`.

Needs nothing but Python 3.11 to 3.13. Makes .venv with the locked requirements and the checkout as it is now;
done once, it is checked in a moment and without a network (.venv/bootstrap.json says what was done).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import system_libraries as system  # runs on older Pythons too, as this file does
from system_libraries import MissingSystemPackages, run_quietly

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
VENV = ROOT / ".venv"
STAMP = VENV / "bootstrap.json"
RCC = ROOT / "tslic_admin" / "tslic_admin.rcc"
WHOLLY_COVERED = ("domain", "formats", "services", "db")
LOCKS = {"run": PACKAGING / "requirements-run.txt", "test": PACKAGING / "requirements-test.txt"}


def main(arguments: list[str]) -> int:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return with_other_python(arguments)
    wanted, rest = parse(arguments)
    try:
        prepare(wanted.command)
    except MissingSystemPackages as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(failed.output or "", file=sys.stderr, end="")
        print(f"This failed: {subprocess.list2cmdline(map(str, failed.cmd))}", file=sys.stderr)
        return 1
    if wanted.command == "run":
        return run_program(["--demo", *rest] if wanted.demo else rest)
    if wanted.command == "lint":
        return lint()
    return quick_test(rest) if rest else test()


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and everything after the first `--` as it stands."""
    own, rest = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        own, rest = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="open the window; what follows -- goes to the program")
    run.add_argument("--demo", action="store_true", help="on the sample, nothing of yours is touched")
    commands.add_parser(
        "test", help="every test and check; what follows -- goes to pytest, which then runs alone"
    )
    commands.add_parser("lint", help="the checks without the tests")
    wanted = parser.parse_args(own)
    if wanted.command == "lint" and rest:
        parser.error("lint takes no arguments")
    return wanted, rest


def with_other_python(arguments: list[str]) -> int:
    """Go on with a Python that fits, where the path has one; otherwise say what is needed."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        # a version manager's shim may be there and answer with an error
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return subprocess.call([other, str(Path(__file__).resolve()), *arguments])
    here = ".".join(map(str, sys.version_info[:3]))
    print(f"tslic-admin needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {here}.", file=sys.stderr)
    return 1


def prepare(command: str) -> None:
    """Bring system packages, .venv, the installed checkout and the resources up to date, in this order."""
    kind = "run" if command == "run" else "test"
    stamp = read_stamp()
    fits = venv_fits(stamp)
    ensure_system(screen=command == "run", venv=not fits)
    if not fits:
        make_venv(stamp)
    ensure_requirements(stamp, kind)
    ensure_project(stamp)
    ensure_resources(stamp)


def ensure_system(*, screen: bool, venv: bool) -> None:
    """Everything that only the system's packages bring, asked for in one go."""
    missing = system.missing_libraries(screen=screen and system.wants_screen(os.environ))
    reasons, packages = [], list(missing.values())
    if missing:
        reasons.append(f"Qt needs system libraries that are not here ({', '.join(missing)})")
    if venv and (package := system.venv_package()):
        reasons.append("This Python cannot make virtual environments (no ensurepip)")
        packages.append(package)
    if packages:
        system.provide(packages, "; ".join(reasons), root=system.is_root(), apt=system.apt_get())


def venv_fits(stamp: dict[str, str]) -> bool:
    """Whether .venv is of this Python, of this place, and of the locks as they are now."""
    if stamp.get("python") != venv_mark() or not venv_python().exists():
        return False
    return all(stamp.get(kind, digest(lock)) == digest(lock) for kind, lock in LOCKS.items())


def venv_mark() -> str:
    return f"{sys.version} {sys.executable} {ROOT}"


def make_venv(stamp: dict[str, str]) -> None:
    say("Creating the virtual environment .venv")
    stamp.clear()
    STAMP.unlink(missing_ok=True)
    run_quietly([sys.executable, "-I", "-m", "venv", "--clear", VENV])
    record(stamp, "python", venv_mark())


def ensure_requirements(stamp: dict[str, str], kind: str) -> None:
    if kind in stamp:
        return
    lock = LOCKS[kind].relative_to(ROOT)
    say(
        f"Installing {count_requirements(LOCKS[kind])} packages from {lock.as_posix()}; this takes a minute or so"
    )
    pip("install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", LOCKS[kind])
    record(stamp, kind, digest(LOCKS[kind]))
    if kind == "test":  # holds everything of the other
        record(stamp, "run", digest(LOCKS["run"]))


def ensure_project(stamp: dict[str, str]) -> None:
    """Install the checkout so that its files run as they are now; again when its metadata changed."""
    sources = [ROOT / "pyproject.toml", ROOT / "README.md", *sorted(PACKAGING.glob("*.py"))]
    wanted = digest(*sources)
    if stamp.get("project") == wanted:
        return
    say("Installing tslic-admin from this checkout")
    pip("install", "--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    record(stamp, "project", wanted)


def ensure_resources(stamp: dict[str, str]) -> None:
    """Compile resources/ again when a source changed, or when somebody else compiled another state."""
    files = sorted(p for p in (ROOT / "resources").rglob("*") if p.is_file() and p.suffix != ".qm")
    sources = digest(*files)
    if RCC.exists() and stamp.get("resources") == f"{sources} {digest(RCC)}":
        return
    say("Compiling the icons and help pages")
    run_quietly([venv_python(), "-I", PACKAGING / "hatch_build.py"])
    record(stamp, "resources", f"{sources} {digest(RCC)}")


def run_program(arguments: list[str]) -> int:
    """The window's program in place of this one, from whatever folder the user is in."""
    command = [str(venv_python()), "-P", "-m", "tslic_admin", *arguments]
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - the program gets the terminal and the signals itself
    return subprocess.call(command)  # Windows' exec would return to the prompt at once


def lint() -> int:
    """Run every check, all of them even where one fails; the last line says which passed or failed."""
    began = time.monotonic()
    return conclude(run_checks(), began)


def run_checks() -> dict[str, int]:
    """The exit code of each check, by its name."""
    commands = {
        "ruff check": ["-m", "ruff", "check"],
        "ruff format --check": ["-m", "ruff", "format", "--check"],
        "mypy": ["-m", "mypy"],
        "lint-imports": ["-c", "from importlinter.cli import lint_imports_command as main; main()"],
        "lock --check": ["-I", str(PACKAGING / "lock.py"), "--check"],
    }
    return {name: step(name, arguments) for name, arguments in commands.items()}


def test() -> int:
    """Run every check and every test, and require their coverage; the last line says the result.

    Coverage, of lines and branches, is measured for the whole package: pyproject.toml says how much is required of it,
    WHOLLY_COVERED of which parts all of it is.
    """
    began = time.monotonic()
    codes = run_checks()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        arguments = ["-m", "pytest", "-n", "2", "--cov", "--cov-report=term", f"--junit-xml={report}"]
        code = step("pytest", arguments)
        name = f"pytest ({count_tests(report)})" if report.exists() else "pytest"
    covered = [f"tslic_admin/{part}/*" for part in WHOLLY_COVERED]
    report_covered = ["-m", "coverage", "report", f"--include={','.join(covered)}", "--fail-under=100"]
    gate = f"coverage of {', '.join(WHOLLY_COVERED)}"
    return conclude(codes | {name: code, gate: step(gate, report_covered)}, began)


def quick_test(arguments: list[str]) -> int:
    return step("pytest", ["-m", "pytest", *arguments])


def step(name: str, arguments: list[str]) -> int:
    say(name)
    began = time.monotonic()
    code = subprocess.call([str(venv_python()), *arguments], cwd=ROOT)
    say(f"{name}: {'passed' if code == 0 else f'FAILED ({code})'} in {time.monotonic() - began:.1f} s")
    return code


def count_tests(report: Path) -> str:
    """What a JUnit report says of its tests, such as `7538 tests, 3 skipped`."""
    suite = next(ET.parse(report).iter("testsuite"))  # noqa: S314 - pytest wrote it just now
    counts = {key: int(suite.get(key, "0")) for key in ("tests", "skipped", "failures", "errors")}
    words = {"tests": "tests", "skipped": "skipped", "failures": "failed", "errors": "with errors"}
    return ", ".join(f"{count} {words[key]}" for key, count in counts.items() if count or key == "tests")


def conclude(codes: dict[str, int], began: float) -> int:
    """Say in one line what was run and whether it passed; the first exit code that is not 0, else 0."""
    failed = [name for name, code in codes.items() if code]
    took = f"{round(time.monotonic() - began)} s"
    if failed:
        say(f"FAILED: {', '.join(failed)}; of {len(codes)} checks, in {took}")
    else:
        say(f"All passed: {', '.join(codes)}; in {took}")
    return next((code for code in codes.values() if code), 0)


def pip(*arguments: str | Path) -> None:
    common = ["--disable-pip-version-check", "--no-input", "--quiet"]
    # -I: a PYTHONPATH of the user's must not pass for what is installed
    run_quietly([venv_python(), "-I", "-m", "pip", *arguments, *common])


def count_requirements(lock: Path) -> int:
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(*files: Path) -> str:
    """One digest over the names and contents of files, in the given order."""
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.exists() else b""
        name = file.relative_to(ROOT).as_posix().encode()
        total.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return total.hexdigest()


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def record(stamp: dict[str, str], part: str, value: str) -> None:
    """Say at once what is done: an interrupted run goes on from there."""
    stamp[part] = value
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
