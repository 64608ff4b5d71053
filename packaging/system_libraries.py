"""Add a library here when Qt fails to load on a fresh Linux: its file name and Debian's package."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# What every Qt program loads, without a screen too; the resource compilers need glib, gssapi and brotli as well
# and die without a word (status 127) where one is missing. Names are the same on Debian 12, 13 and Ubuntu.
OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
}
SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    # of Qt's plugin for printers alone: without it nothing fails, and no printer is found
    "libcups.so.2": "libcups2",
}


class MissingSystemPackages(Exception):
    """Packages of the system that only its administrator can install; `str()` says how."""


def loads(name: str) -> bool:
    """Whether the system's loader really finds this library, for this Python's architecture."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def wants_screen(environment: Mapping[str, str]) -> bool:
    """Whether a window started here would go to an X11 or Wayland screen."""
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal", "vnc"):
        return False
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def missing_libraries(
    *, screen: bool, platform: str = sys.platform, loads: Callable[[str], bool] = loads
) -> dict[str, str]:
    """File name and Debian package of what Qt needs here and the loader does not find; only Linux lacks any."""
    if not platform.startswith("linux"):
        return {}
    wanted = OFFSCREEN | SCREEN if screen else OFFSCREEN
    return {name: package for name, package in wanted.items() if not loads(name)}


def venv_package(
    executable: str = sys.executable, version: tuple[int, ...] = sys.version_info[:2]
) -> str | None:
    """Debian's package that this Python needs for `-m venv`, or None where it has what it needs.

    Debian and Ubuntu take `ensurepip` out of their Python; the `venv` module alone is there and fails.
    """
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return None
    default = os.path.realpath("/usr/bin/python3") == os.path.realpath(executable)
    return "python3-venv" if default else f"python{version[0]}.{version[1]}-venv"


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_command(packages: list[str]) -> str:
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def run_quietly(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
    """Run a step of the set-up. What it prints is kept for the error: apt and pip warn of much that is no fault.

    Raises CalledProcessError with that output.
    """
    subprocess.run(
        command,
        check=True,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def provide(
    packages: list[str],
    reason: str,
    *,
    root: bool,
    apt: str | None = None,
    run: Callable[..., None] = run_quietly,
) -> None:
    """Install Debian packages as root; otherwise raise MissingSystemPackages with the command to type."""
    wanted = sorted(set(packages))
    if apt is None:
        raise MissingSystemPackages(f"{reason}. Install what Debian calls: {' '.join(wanted)}")
    command = install_command(wanted)
    if not root:
        raise MissingSystemPackages(
            f"{reason}. Install it with:\n\n    sudo {command}\n\nand start this again."
        )
    print(f"-- {reason}: {command}", file=sys.stderr, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # a fresh container has no package lists; an update that fails may still leave lists that do
    with suppress(subprocess.CalledProcessError):
        run([apt, "-qq", "update"], quiet)
    try:
        run([apt, *command.split()[1:2], "-qq", *command.split()[2:]], quiet)
    except subprocess.CalledProcessError as failed:
        raise MissingSystemPackages(
            f"{reason}, and this failed:\n\n    {command}\n\n{failed.output or ''}"
        ) from failed


def apt_get() -> str | None:
    return shutil.which("apt-get")
