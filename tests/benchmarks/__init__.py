"""Measurements, not tests: what the product costs. `make bench` runs them all; nothing here fails on a slow machine."""
