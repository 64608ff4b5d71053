"""Verifying the history, anchors, and voiding entries."""
