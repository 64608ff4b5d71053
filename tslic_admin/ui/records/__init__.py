"""Dialogs for servers, key packs, licenses, transfers and removals."""
