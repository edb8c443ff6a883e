"""The language that types are written in: read, checked, turned into SQL. Pure: no Django, no clock, no database."""
