"""From an upload's bytes to batches of text, whatever the format."""
