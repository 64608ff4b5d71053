"""The import of files from license servers, and the collector script that makes such files."""
