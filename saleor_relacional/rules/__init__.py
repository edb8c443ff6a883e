"""The language that segments are written in: read, checked, turned into SQL.

Pure: no Django, no clock, no database; of ours it knows the names of the tables alone.
"""
