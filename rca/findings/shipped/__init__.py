"""The shipped finding rules, a file for each topic; the format is explained in memory.toml."""
