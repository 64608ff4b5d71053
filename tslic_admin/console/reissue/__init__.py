"""Commands about reissue requests and the worksheet of the call."""
