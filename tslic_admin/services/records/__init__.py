"""Records kept by hand: servers, key packs, licenses, transfers and removals."""
