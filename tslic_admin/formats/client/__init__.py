"""Readers of a client's own licenses: registry exports and license chains."""
