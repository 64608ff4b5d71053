"""Dialogs that write a file: exported lists, the audit report and the Clearinghouse kit."""
