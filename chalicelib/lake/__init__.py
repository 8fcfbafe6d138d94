"""The lake: stores for its objects, and the meaning of their keys."""
