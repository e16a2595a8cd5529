"""retrier 1.1.0: call again after a failure."""
from vendor.retrier.policy import Policy
from vendor.retrier.runner import GaveUp, run

__all__ = ["GaveUp", "Policy", "run"]
__version__ = "1.1.0"
