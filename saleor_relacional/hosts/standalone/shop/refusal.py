"""What the shop says when it will not do something."""


class Refusal(Exception):
    """Nothing has changed. `code` and `field` are what its GraphQL errors carry."""

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
