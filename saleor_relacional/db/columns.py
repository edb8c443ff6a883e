"""Numbers out of the database as columns, by binary COPY: no Python object per value."""

from typing import Any

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import binary, sql


def floats(query: str, parameters: Any, width: int, *, using: str | None = None) -> npt.NDArray[np.float64]:
    """A matrix of `width` columns, a row for each row of the query, which must answer in float8 throughout. NULL is not
    allowed: say 'NaN' instead. Raises ValueError when the answer has another shape."""
    names = {f"column{place}": "f8" for place in range(width)}
    found = binary.read(sql.copy_out(binary.packed(query), parameters, using=using), names)
    return np.column_stack([found[name] for name in names]).astype(np.float64)
