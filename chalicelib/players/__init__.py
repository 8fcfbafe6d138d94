"""The player schema: the columns of a scan, their headers and their Arrow types."""
