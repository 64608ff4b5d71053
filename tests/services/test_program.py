"""The version that reports and the console name."""

from __future__ import annotations

import importlib.metadata

from tslic_admin.services.identity import PROGRAM_NAME, program_version


def test_the_installed_version_is_named(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: {PROGRAM_NAME: "1.2.3"}[name])
    assert program_version() == "1.2.3"


def test_a_checkout_that_was_never_installed_says_so(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert program_version() == "not installed"
