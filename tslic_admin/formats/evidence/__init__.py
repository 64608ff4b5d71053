"""Readers of evidence that is no list of a server: events and exports of a directory."""
