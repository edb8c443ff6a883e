"""The boundary: everything we know of a shop comes through `hosts.base`, everything we do to it leaves there."""
