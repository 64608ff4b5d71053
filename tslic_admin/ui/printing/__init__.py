"""Print, print preview and Save as PDF of a list."""
