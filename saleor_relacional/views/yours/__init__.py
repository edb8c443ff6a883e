"""The page of one person behind a mail's signed link, an act per file: read, say, take along, be forgotten."""
