"""Mails as data: a message is a folder of words in each language, and adding one adds no Python."""

from .data import clean, data_hash
from .library import Source, languages, names, sample
from .look import Look, Voice
from .problems import TemplateProblem
from .render import Rendered, render, render_from, render_source, why

__all__ = [
    "Look", "Rendered", "Source", "TemplateProblem", "Voice", "clean", "data_hash", "languages", "names", "render",
    "render_from", "render_source", "sample", "why",
]  # fmt: skip
