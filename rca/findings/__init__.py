"""Known kinds of trouble, seen by rules: `rules.toml` says what they look like, `scan.py` finds them in log rows."""
