"""Fields, tables and base dialogs that several dialogs share, and how list columns look."""
