"""What came of campaigns, and what will be known of one."""
