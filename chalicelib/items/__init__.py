"""What the database holds: the forms and keys of its items (docs/adr/0030)."""
