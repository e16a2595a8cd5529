"""The measures: each turns cases, or what came of them, into metrics. Keeps out: their order (runner.py)."""
