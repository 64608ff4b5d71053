"""The desktop window and its dialogs (PySide6); the commands of all menus stand on top in commands.py."""
