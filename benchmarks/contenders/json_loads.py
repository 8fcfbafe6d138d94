"""The yardstick for JSON: Python's own parser over the whole file, and nothing else."""

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_bytes()
    if sys.argv[1].endswith(".jsonl"):
        players = [json.loads(line) for line in text.splitlines()]
    else:
        players = json.loads(text)
    assert players
