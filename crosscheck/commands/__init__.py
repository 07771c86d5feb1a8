"""The commands of the command line, a family to a file; importing them costs nothing until one runs."""
