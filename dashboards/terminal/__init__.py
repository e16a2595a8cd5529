"""How answers look in a terminal. Keeps out: what is answered, JSON."""
