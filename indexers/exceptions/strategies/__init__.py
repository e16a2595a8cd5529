"""Grouping strategies, one file a date. A strategy that has produced stored fingerprints is never edited again.

2026-11-21    chain of types and normalised frames; the message only when no frame contributes
2026-11-21.2  a hash over every call and one over the application's own, glue and generated names by language in tables;
              callers from frameworks are told apart in the second step; a user's rules

What a strategy reads (`../in_app.txt`, `../messages.py` for the one in use) is frozen with it: a new strategy leaves a
copy of it to the one before, as 2026-11-21 has.

Keeps out: which strategy is in use (fingerprint.py).
"""
