"""How good the analysis is on cases whose answer is known: cases, measures, what is stored, the release gate."""
