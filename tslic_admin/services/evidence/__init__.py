"""Evidence of licenses from other sources, matched with the issued licenses of the records."""
