"""Examples: JSON."""

from tests.findings.example import Example, Section, table


def _json(title: str, text: str, name: str = "players.json") -> Example:
    return table(title, text, name)


_PLAYER = '{"ID": 7, "Name": "Ada", "Power": 5}'

FORMS = Section(
    "JSON",
    "A list of players, an object with one such list in it, or one player a line.",
    (
        _json("Players under their ids", '{"7": {"name": "Ada", "power": 5}}'),
        _json("Columns, as pandas writes them",
              '{"id": {"0": 7}, "name": {"0": "Ada"}, "power": {"0": 5}}'),
        _json("Columns and data apart, as pandas writes them",
              '{"columns": ["id", "name", "power"], "index": [0], "data": [[7, "Ada", 5]]}'),
        _json("Rows as lists", '[["ID", "Name", "Power"], [7, "Ada", 5]]'),
        _json("A list deeper in the file", '{"data": {"players": [{"id": 7, "power": 5}]}}'),
        _json("No list at all", '{"scan": {"day": {}}}'),
        _json("Values in an object of their own",
              '[{"id": 7, "name": "Ada", "stats": {"power": 5}}]'),
        _json("A value that is an object",
              '[{"id": 7, "name": "Ada", "power": 5, "kills": {"t4": 1}}]'),
        _json("Python's print", "[{'ID': 7, 'Name': 'Ada', 'Power': 5}]"),
        _json("A comma before the end", f"[{_PLAYER},]"),
        _json("A file that was cut off", f"[{_PLAYER}, {{"),
        Example("A file that was cut off in a word", f'[{_PLAYER}, {{"ID": 8, "Na'.encode(),
                "players.json"),
        _json("A file that was cut off after a player", f"[{_PLAYER}"),
        _json("An endless number", '[{"ID": 7, "Name": "Ada", "Power": Infinity}]'),
        _json("Names that are not known", '[{"stuff": 7, "value": 5}]'),
        _json("A CSV with the name of JSON", "ID,Name,Power"),
        _json("No JSON", '[{"ID": 7, "Name": Ada}]'),
        _json("A comma that is missing", f"[{_PLAYER} {_PLAYER}]"),
        _json("A colon that is missing", '[{"ID" 7}]'),
        _json("Something behind the list", f"[{_PLAYER}] done"),
        _json("A list that holds something else", f"[{_PLAYER}, 5]"),
        _json("Two lists in one object", f'{{"a": [{_PLAYER}], "b": [{_PLAYER}]}}'),
        _json("A line with two objects", f"{_PLAYER} {_PLAYER}", "players.jsonl"),
        _json("A line that is no object", f"{_PLAYER}\nEve", "players.jsonl"),
        Example("Lists within lists",
                b'[{"ID": 7, "x": ' + b"[" * 200 + b"]" * 200 + b"}]", "players.json",
                shown='[{"ID": 7, "x": [[[[[[[[… (200 of them)'),
        Example("A value that does not end",
                b'[{"ID": 7, "Name": "' + b"x" * 3_000_000, "players.json",
                shown='[{"ID": 7, "Name": "xxxx… (three million characters)'),
        Example("Thousands of names",
                b"[{" + b",".join(b'"k%d": 1' % at for at in range(20_001)) + b"}]", "players.json",
                shown='[{"k0": 1, "k1": 1, … "k20000": 1}]'),
    ),
)  # fmt: skip

VALUES = Section(
    "Values in JSON",
    "A number is its value; an id and a counter may be a number or text.",
    (
        _json("True for a number", '[{"ID": 7, "Name": "Ada", "Power": true}]'),
        _json("A list for a number", '[{"ID": 7, "Name": "Ada", "Power": [5]}]'),
        _json("A number for a name", '[{"ID": 7, "Name": 5, "Power": 5}]'),
        _json("A list for a name", '[{"ID": 7, "Name": ["Ada"], "Power": 5}]'),
        _json("A fraction", '[{"ID": 7, "Name": "Ada", "Power": 5.5}]'),
    ),
)

SECTIONS: tuple[Section, ...] = (FORMS, VALUES)
