"""Who comes first: what all campaigns want to say today, decided together, booked in the contact budget and started."""
