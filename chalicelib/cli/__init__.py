"""The command line: `python -m chalicelib …` (contract, section 6)."""
