"""What history says about two releases: what lies between them, who wrote a line, what a commit really did.

Owns: reading single facts off a repository (span.py, lines.py), judging them (formatting.py, symbols.py) and showing
them (excerpt.py). Keeps out: which commit is suspected (rca/suspect_changes.py), running git (connectors).
"""
