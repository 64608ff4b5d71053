"""Words for the history: event lines, verification findings and voids."""
