"""Cases of JSON: its three shapes, what may stand in and around a player, and what is not JSON."""

from unittest.mock import ANY

from tests.oracle.case import ADA, ARRAY, GOOD, JSON_ADA, JSON_BOB, Case, accepted, refused

# A player with members that are of no interest.
INNER = f'{JSON_ADA[:-1]},"Tags":[],"Guest":true,"Home":{{"x":[1]}}}}'
IGNORED = tuple(("ignored_column", None, None, key, None) for key in ("Tags", "Guest", "Home"))
NOT_JSON = {
    "JSON cut off": ARRAY[:-5],
    "a brace alone": "{",
    "JSON Lines cut off before the id": '{"Name":"Ada","Power":5,"I',
    "JSON Lines with a bad quote before the id": '{"Name":"Ada","Power":5,-ID":1}',
    "text after the array": ARRAY + " x",
    "a comma too many": f"[{JSON_ADA},]",
    "single quotes": "[{'ID':1}]",
    "a number alone": "5",
    "a string alone": '"players"',
    "null alone": "null",
    "Infinity": '[{"ID":1,"Name":"Ada","Power":Infinity}]',
    "minus Infinity": '[{"ID":1,"Name":"Ada","Power":-Infinity}]',
    "nan as Python prints it": '[{"ID":1,"Name":"Ada","Power":nan}]',
    "players by id": '{"1":{"name":"Ada","power":5},"2":{"name":"Bo","power":6}}',
    "columns by row number": '{"ID":{"0":1,"1":2},"Name":{"0":"Ada","1":"Bo"}}',
    "columns as lists": '{"ID":[1,2],"Name":["Ada","Bo"],"Power":[5,6]}',
    "names apart from rows": '{"columns":["ID","Name"],"index":[0],"data":[[1,"Ada"]]}',
    "a list of lists": '[["ID","Name","Power"],[1,"Ada",5]]',
    "a list deeper inside": '{"data":{"players":[{"id":1,"name":"Ada","power":5}]}}',
    "values deeper inside": '[{"id":1,"name":"Ada","stats":{"power":5,"deads":3}}]',
    "Python's None": '[{"ID":1,"Name":None,"Power":5}]',
    "a leading zero": '[{"ID":01,"Name":"Ada","Power":5}]',
    "a newline in a string": '[{"ID":1,"Name":"A\nda","Power":5}]',
    "CSV named .json": GOOD,
    "a broken line": f"{JSON_ADA}\n{JSON_BOB[:-1]}\n" + '{"ID":9,"Name":"Eve","Power":1}\n',
    "a thousand brackets": "[" * 1000,
    "a number without digits": '[{"ID":-,"Name":"Ada","Power":5}]',
}


def _shapes() -> list[Case]:
    pretty = f'{{\n "count": 2,\n "root": [\n  {JSON_ADA},\n\n  {JSON_BOB}\n ]\n}}\n'
    lines = f"{JSON_ADA}\n{JSON_BOB}\n"
    shapes = {
        "an array": (ARRAY, "players.json"),
        "a wrapped array": (pretty, "players.json"),
        "JSON Lines": (lines, "players.jsonl"),
        "NDJSON with blank lines and CRLF": (lines.replace("\n", "\r\n\r\n"), "players.ndjson"),
        "JSON Lines named .json": (lines, "players.json"),
        "an array named .jsonl": (ARRAY, "players.jsonl"),
        "JSON Lines without newline at the end": (lines.rstrip(), "players.jsonl"),
    }
    return [
        accepted(name, data, file_name, players=2, **ADA)
        for name, (data, file_name) in shapes.items()
    ]


def _members() -> list[Case]:
    shapes = {
        "arrays inside players of an array": (f"[{INNER},{JSON_BOB}]", "players.json"),
        "arrays inside players of JSON Lines": (f"{INNER}\n{JSON_BOB}\n", "players.jsonl"),
        "arrays inside wrapped players": (f'{{"root":[{INNER},{JSON_BOB}]}}', "players.json"),
    }
    return [
        accepted(name, data, file_name, players=2, warnings=IGNORED, **ADA)
        for name, (data, file_name) in shapes.items()
    ]


def _others() -> list[Case]:
    lines = f"{JSON_ADA}\n{JSON_BOB}\n"
    repeated = f'{{\n "root": [\n  {JSON_ADA},\n\n  {JSON_ADA}\n ]\n}}\n'
    return [
        accepted("an array of numbers beside the players",
                 f'{{"sizes":[1,2],"root":[{JSON_ADA},{JSON_BOB}]}}', "players.json", players=2,
                 **ADA),
        accepted("a player alone, with an array", INNER, "players.json", players=1,
                 warnings=IGNORED, **ADA),
        accepted("one line of JSON Lines", JSON_ADA, "players.jsonl", players=1),
        accepted("keys in another order, some absent",
                 f'{JSON_ADA}\n{{"Power":4,"ID":2,"Deads":7,"Name":null}}\n', "p.jsonl", players=2,
                 deaths=None, dkp=None),
        refused("the line of a wrapped player", repeated, "duplicate_id", row=2, line=5,
                column="id", value="1000001", file_name="players.json"),
        refused("an object with nothing in it", "[{}]", "missing_column", column="id", errors=1,
                file_name="players.json"),
        accepted("objects without a value", f'{{"ID":null}}\n{lines}{{"Name":" ","X":1}}\n{{}}\n',
                 "p.jsonl", players=2, **ADA,
                 warnings=(("ignored_column", None, None, "X", None),)),
        refused("the row behind an object without a value",
                f'[{JSON_ADA},{{"ID":"","Name":null}},{{"ID":9,"Name":"Eve","Power":"x"}}]',
                "bad_number", row=2, line=1, column="power", value="x", file_name="players.json"),
        accepted("NaN, of which Python makes nothing known",
                 '[{"ID":1,"Name":"Ada","Power":NaN,"Note":NaN},{"ID":2,"Name":"Bo","Power":6}]',
                 "players.json", players=2, power=None,
                 warnings=(("ignored_column", None, None, "Note", None),
                           ("unknown_value", 1, 1, "power", "NaN"))),
        refused("an absent id", lines + '{"Name":"Eve","Power":3}\n', "missing_value", row=3,
                line=3, column="id", file_name="players.jsonl"),
    ]  # fmt: skip


def _broken() -> list[Case]:
    cases = [
        refused(name, data, "bad_json", row=ANY, line=ANY, column=ANY, value=ANY,
                file_name="players.json")
        for name, data in NOT_JSON.items()
    ]  # fmt: skip
    cases.append(
        refused("an array of numbers", "[1, 2]", ANY, row=ANY, line=1, value=ANY, errors=None,
                file_name="players.json")
    )  # fmt: skip
    return cases


JSON_CASES = [*_shapes(), *_members(), *_others(), *_broken()]
