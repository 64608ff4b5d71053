"""Dialogs over the history: void an entry, verify the chain, what is overdue."""
