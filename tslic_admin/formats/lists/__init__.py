"""Readers of the lists of a license server: CSV, JSON, PowerShell's tables and lists, the collector's file, mapped tables."""
