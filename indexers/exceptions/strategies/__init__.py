"""Grouping strategies, one file a date. A strategy that has produced stored fingerprints is never edited again.

2026-11-21  chain of types and normalised frames; the message only when no frame contributes

Keeps out: which strategy is in use (fingerprint.py).
"""
