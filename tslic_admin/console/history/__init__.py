"""Commands that verify, anchor and void what the history holds."""
