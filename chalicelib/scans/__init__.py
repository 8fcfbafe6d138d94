"""From an upload's bytes to batches of text, in any file format."""
