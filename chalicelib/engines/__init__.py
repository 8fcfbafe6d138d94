"""What answers ranked questions of given runs: boards, one protocol for all engines."""
