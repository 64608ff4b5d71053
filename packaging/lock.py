"""Run this to renew the locked requirements after a dependency in pyproject.toml changed (needs uv on the path).

`--upgrade` also moves to newer versions; `--check` only compares, without a network.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
LOWEST_PYTHON = "3.11"
MARK = "# Locked from pyproject.toml, dependencies sha256: "
RENEW = "python3 packaging/lock.py"

# run: the program and what builds it from the checkout; test: all of that and the tools of the developers.
LOCKS = {"run": PACKAGING / "requirements-run.txt", "test": PACKAGING / "requirements-test.txt"}


def wanted(root: Path = ROOT) -> dict[str, list[str]]:
    """The requirements of each lock, out of pyproject.toml, the one place that states them."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    run = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    return {"run": run, "test": [*run, *project["dependency-groups"]["dev"]]}


def digest(requirements: list[str], python: str) -> str:
    text = json.dumps([python, sorted(set(requirements))])
    return hashlib.sha256(text.encode()).hexdigest()


def digests(root: Path = ROOT) -> dict[str, str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    python = project["project"]["requires-python"]
    return {kind: digest(lines, python) for kind, lines in wanted(root).items()}


def pins(lock: str) -> dict[str, str]:
    """Name and version of every package in a lock's text."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE))


def problems(locks: dict[str, str], expected: dict[str, str]) -> list[str]:
    """What is wrong with the texts of the locks; each sentence says what to do. Asks no registry."""
    found = []
    for kind, text in locks.items():
        name = LOCKS[kind].name
        if not text.startswith(f"{MARK}{expected[kind]}\n"):
            found.append(f"{name} is older than the dependencies in pyproject.toml. Renew it: {RENEW}")
        if re.search(
            r"^(?!\s*#).*(://|--(index-url|extra-index-url|find-links)|\bfile:|@ )", text, re.MULTILINE
        ):
            found.append(f"{name} names an address; a lock must hold names, versions and hashes only")
        blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
        bare = [block.split()[0] for block in blocks if block[:1].isalnum() and "--hash=sha256:" not in block]
        found += [f"{name}: {package} has no hash. Renew it: {RENEW}" for package in bare]
    run, test = pins(locks["run"]), pins(locks["test"])
    found += [
        f"{package} is {version} in {LOCKS['run'].name} and {test.get(package)} in {LOCKS['test'].name}: {RENEW}"
        for package, version in run.items()
        if test.get(package) != version
    ]
    return found


def check() -> list[str]:
    texts = {kind: path.read_text(encoding="utf-8") if path.exists() else "" for kind, path in LOCKS.items()}
    return problems(texts, digests())


def renew(*, upgrade: bool) -> None:
    """Write both locks with uv: one file for every system and Python we support, a hash for every file."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("uv is not on the path. Install it with: pip install uv")
    for kind, requirements in wanted().items():
        path = LOCKS[kind]
        arguments = [uv, "pip", "compile", "-", "--universal", "--python-version", LOWEST_PYTHON]
        arguments += [
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            "--quiet",
            "--output-file",
            str(path),
        ]
        if upgrade:
            arguments.append("--upgrade")
        if kind == "test":
            arguments += ["--constraints", str(LOCKS["run"])]
        subprocess.run(arguments, input="\n".join(sorted(set(requirements))), text=True, check=True)
        header = f"{MARK}{digests()[kind]}\n# Renew with: {RENEW} (it calls uv pip compile --universal)\n"
        path.write_text(header + path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
        print(f"{path.name}: {len(pins(path.read_text(encoding='utf-8')))} packages")


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        renew(upgrade="--upgrade" in arguments)
    found = check()
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
