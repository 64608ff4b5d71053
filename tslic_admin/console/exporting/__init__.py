"""Commands that write lists and reports to files."""
