"""What all readers share: files as text, cells, dates, the definitions of known tables, and rows as records."""
