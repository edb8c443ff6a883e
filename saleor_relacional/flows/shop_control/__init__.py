"""The shop-wide control group: its periods, who is in which arm, and what all campaigns together brought."""
