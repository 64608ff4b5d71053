"""Recording what acts change as history entries, verifying it, undoing it, and reading earlier states."""
