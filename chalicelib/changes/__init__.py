"""What happened between two snapshots of a kingdom: pure rules on Arrow columns."""
