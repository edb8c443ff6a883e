"""What the commands say to people, where the shop's language is Spanish."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

LINES = "order,customer,placed_at,total\n" + "".join(
    f"{n},7,2024-05-{n % 28 + 1:02},100.50\n" for n in range(1, 1201)
)


def said(*command: Any, **options: Any) -> list[str]:
    out = StringIO()
    with translation.override("es"):
        call_command(*command, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def test_reading_the_shop(shop: Any) -> None:
    """One line a kind."""
    shop.order(email="ana@shop.example")
    assert said("relacional_sync", kind="order") == [
        "order: 1 leídos, 1 escritos, 0 sin cambios, 0 fuera porque su persona fue olvidada, 0 desaparecidos.",
        "Hecho. La tienda se entiende: ritmo, etapa y perspectivas de 1 personas están al día.",
    ]


def test_importing_a_history(shop: Any, tmp_path: Path) -> None:
    """Numbers are written as the language writes them."""
    file = tmp_path / "vieja.csv"
    file.write_text(LINES + "1201,7,nunca,1\n")
    told = said("relacional_import", str(file))
    assert told[0] == "Supuesto: importes en EUR, la única moneda de la tienda."
    assert translation.gettext("lines") == "lines"  # only the command was in Spanish
    assert [line.replace("\xa0", ".") for line in told[-5:-2]] == [
        "1.201 líneas, 0 sin cliente.",
        "1.200 compras de 1 compradores; 0 personas solo con devoluciones.",
        "EUR: vendido 120.600,00, devuelto 0,00, conservado 120.600,00",
    ]
    assert told[-1] == "1 líneas no se han podido usar: vea vieja.csv.rejects.csv."


def test_forgetting(shop: Any) -> None:
    """Who is not known is no person to forget."""
    shop.order(email="ana@shop.example")
    call_command("relacional_sync", stdout=StringIO(), stderr=StringIO())
    assert said("relacional_forget", email="ana@shop.example") == ["Olvidados: 1."]
    with pytest.raises(CommandError, match="No se conoce a nadie"):
        said("relacional_forget", email="ana@shop.example")
