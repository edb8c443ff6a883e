"""What is refused when an owner saves a template: each fault with the part, line and column where it stands."""

from .check import check
from .fault import Fault, FaultCode

__all__ = ["Fault", "FaultCode", "check"]
