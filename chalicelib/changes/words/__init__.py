"""What happened between two snapshots, in words that a player understands (docs/between.md)."""
