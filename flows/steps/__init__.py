"""The arrows between the rooms as plain functions of a Workspace, one file per arrow.

Owns: the order of calls inside one arrow. Keeps out: Prefect (the flows beside this folder wrap these), algorithms.
"""
