"""What an owner reads of a campaign before it is switched on, and how two of them edit it."""
