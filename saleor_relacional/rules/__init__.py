"""Rules of the shop: the language that segments are written in (read, checked, turned into SQL), and in contact/ who
may be written to when, and who comes first.

Pure: no Django, no clock, no database; of ours it knows the names of the tables alone.
"""
