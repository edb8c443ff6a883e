"""What must never break, broken on purpose: guards/ lists the breakages, run.py tries them (`make mutants`)."""
