"""The page "setting up": what is missing, each with the form that cures it."""
