"""Words for importing: refused files and rows, the preview with its questions, and evidence."""
