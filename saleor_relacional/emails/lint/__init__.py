"""What a mail should not say although it could: pointed out before a campaign is switched on."""

from .lint import lint
from .remark import Remark, RemarkCode

__all__ = ["Remark", "RemarkCode", "lint"]
