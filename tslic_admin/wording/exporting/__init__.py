"""Words for exported and printed lists, the audit report and the Clearinghouse kit."""
