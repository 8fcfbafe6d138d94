"""An upload in, a run out: read, validate, derive, curate, publish."""
