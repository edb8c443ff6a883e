"""Mails as data: a message is a folder of words in each language, and adding one adds no Python."""

from .data import data_hash
from .library import languages, names, sample
from .problems import TemplateProblem
from .render import Rendered, render, render_source

__all__ = [
    "Rendered", "TemplateProblem", "data_hash", "languages", "names", "render", "render_source", "sample",
]  # fmt: skip
