"""The lake in a directory."""
