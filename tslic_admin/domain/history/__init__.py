"""The history: its canonical form and digests, the words for differences, and which entries can be voided."""
