"""Foreign files: bytes in, records out, and lists and scripts back into bytes."""
