"""What every reader builds on: files as text, cells, dates, the tables whose headings are known, and rows as records."""
