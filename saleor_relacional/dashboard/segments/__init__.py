"""Segments: rules over what is known of customers, built by choosing."""
