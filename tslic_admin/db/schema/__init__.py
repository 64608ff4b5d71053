"""The mapped tables of the store, and the triggers that keep records as they are."""
