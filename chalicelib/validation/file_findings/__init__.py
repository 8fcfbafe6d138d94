"""Findings about a whole file or a whole column, collected batch by batch."""
