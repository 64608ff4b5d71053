"""Importing what license servers list: files, staging, comparison with the records, preview and apply."""
