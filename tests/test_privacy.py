"""docs/privacy.md says where personal data is, all of it."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

PAGE = Path(__file__).resolve().parents[1] / "docs" / "privacy.md"
TEXT = (models.CharField, models.TextField, models.JSONField)


def listed() -> list[str]:
    """Columns named in the first cell of the page's tables."""
    cells = re.findall(r"^\| ([a-z_.]+(?:, [a-z_.]+)*) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return [column for cell in cells for column in cell.split(", ") if "." in column]


def test_every_column_of_text_is_on_the_page_once():
    """Whoever adds a column decides whether it is personal; whoever removes one takes it off the page."""
    ours = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_app_config("saleor_relacional").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, TEXT)
    }
    assert sorted(listed()) == sorted(ours)
