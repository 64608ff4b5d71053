"""Every sentence and name that a person reads, as data: values, field labels, list columns and messages."""
