"""The console program: parsing the command line, the invocation that each command gets, and one module per command group."""
