"""How users see each list, declared once: title, columns, empty text, place in the tree, and machine form."""
