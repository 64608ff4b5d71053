"""The catalogue: the fields of each thing, and the row types of the lists. Nothing else declares them."""
