"""One module for each group of commands, loaded only when its command runs. Keeps out: argument parsing (cli.py)."""
