"""The frame that the Dashboard shows, in a browser and without one."""
