"""Query engines, which answer pages of boards of a given run, with one protocol."""
