"""The lists of the program as SQL, read through the plain driver: nothing here imports SQLAlchemy."""
