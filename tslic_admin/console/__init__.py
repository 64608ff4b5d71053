"""The console program: parsing the command line, what a command is handed, and one module per command group."""
