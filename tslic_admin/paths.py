"""The folders of the program's files. Creates nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

APP = "tslic-admin"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one program run: the store, the settings, the logs. None need exist yet."""

    data: Path
    config: Path
    logs: Path

    @classmethod
    def for_user(cls) -> Paths:
        """The folders that this system has for a user's files of a program."""
        # appauthor=False: on Windows one folder of our name, not two inside each other
        dirs = PlatformDirs(APP, appauthor=False)
        return cls(data=dirs.user_data_path, config=dirs.user_config_path, logs=dirs.user_log_path)

    @classmethod
    def under(cls, directory: Path) -> Paths:
        """Everything in one folder, for `--data-dir` and the tests."""
        return cls(data=directory, config=directory, logs=directory / "logs")

    @property
    def store(self) -> Path:
        return self.data / "tslic.sqlite"
