"""Keeps the record of Terminal Services / Remote Desktop client access licenses."""
