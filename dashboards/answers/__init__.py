"""What is answered about each thing, the same for the API and for `--json` in the terminal: one file per thing.

Owns: the shapes (pydantic, so that the API's schema is complete) and how each is read from the stores. Keeps out: HTTP,
tables for people, rules about exceptions, code and causes.
"""
