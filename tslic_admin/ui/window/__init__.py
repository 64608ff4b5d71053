"""The main window: tree, lists, details and the table of actions; imports no dialog and no SQLAlchemy."""
