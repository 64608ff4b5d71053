"""The phone reissue: the worksheet of a request and the dialogs that open and change requests."""
