"""Everything that is SQLite's own: connections, transactions, tables, lists and the history."""
