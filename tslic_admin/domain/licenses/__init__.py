"""What a license server holds: servers, key packs, issued licenses, clients, and what may be done with a license."""
