"""Plain pages to look at, without a script: the list of clusters and one cluster with its report.

Owns: what is on a page. Keeps out: what is true (answers), styling (templates/firstcause.css).
"""
