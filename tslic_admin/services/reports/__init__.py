"""The audit report and the Clearinghouse kit."""
