"""Each list as users meet it, declared once: title, columns, empty text, place in the tree, and its form in files."""
