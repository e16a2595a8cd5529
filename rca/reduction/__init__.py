"""Reduction: any number of log lines to the few that matter, exactly within a token budget, with a ledger of the rest.

The stages, one module each: lines to events (`events`), how alarming a line is (`alarm`), counting kinds of events
(`gather`), which kinds matter most (`order`), how sources share the budget (`share`), what is written (`render`), and
their order (`reducer`). Keeps out: where lines come from, what they mean for the cause.
"""

from rca.reduction.order import Circumstances
from rca.reduction.reducer import Reducer, reduce_lines
from rca.reduction.result import Dropped, Entry, Reduction

__all__ = ["Circumstances", "Dropped", "Entry", "Reducer", "Reduction", "reduce_lines"]
