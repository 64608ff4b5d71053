"""Words for records: rows in one line, client licenses, removals, and the reissue call."""
