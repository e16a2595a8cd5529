"""`firstcause up`: our API, pages and Prefect behind one port in one process.

Owns: listening, dispatching by path, starting and stopping in the right order, who may ask. Keeps out: what is
answered (api, web), what Prefect runs (flows).
"""
