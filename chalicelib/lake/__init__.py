"""The lake: where objects are kept and what their keys mean."""
