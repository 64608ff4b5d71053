"""The rules of licensing and what they are stated in; standard library only."""
