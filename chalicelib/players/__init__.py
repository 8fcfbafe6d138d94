"""The player schema: which columns a scan may have, and all that follows from it."""
