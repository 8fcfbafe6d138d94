"""Ingestion: from an upload to a published run and its report; rebuild and verify."""
