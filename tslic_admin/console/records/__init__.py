"""Commands that record servers, key packs, licenses, transfers and removals by hand."""
