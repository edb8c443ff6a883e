"""The boundary, proved on every host by one contract suite (contract.py) through one driver (driver.py)."""
