"""The roster: who is who in a kingdom, of all its snapshots (contract, sections 3 and 9)."""
