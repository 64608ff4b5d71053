"""Reissue requests: collecting CALs, the worksheet for the call, recording the call and what follows it."""
