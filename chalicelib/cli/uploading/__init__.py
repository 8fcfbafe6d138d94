"""What `upload` knows before and says after: refusals, the place among others, where to see it."""
