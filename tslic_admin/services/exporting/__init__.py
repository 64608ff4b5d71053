"""Lists in machine form and in the screen's words, written to files or made ready for the printer."""
