"""pathroute 0.4.2: map a method and a path to a function."""
from vendor.pathroute.pattern import Pattern
from vendor.pathroute.router import NoRoute, Router

__all__ = ["NoRoute", "Pattern", "Router"]
__version__ = "0.4.2"
