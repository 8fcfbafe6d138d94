"""Lakes of several snapshots with all that is derived of them, for tests of the API."""
