"""The sample store: its story, told through the services day by day."""
