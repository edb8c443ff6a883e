"""What the owner reads at the terminal: before the first day, and after the last one."""
