"""How good the analysis is on cases whose answer is known: the cases, the measures, what is stored and the release gate."""
