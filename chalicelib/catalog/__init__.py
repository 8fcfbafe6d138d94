"""Which kingdoms and snapshots there are: what every request asks first."""
