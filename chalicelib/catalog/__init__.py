"""The catalog of kingdoms and snapshots, which every request reads first."""
