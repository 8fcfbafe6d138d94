"""Examples: the line with the column names."""

from tests.findings.example import Section, table

HEADERS = Section(
    "The column names",
    "The header is found among the first 20 lines. It must name the id, the name and one number.",
    (
        table("No header", "10000001,Ada,50000000\n10000002,Bo,40000000"),
        table("Nothing that is known", "Rank,Spieler\n1,Ada"),
        table("A summary of the kingdom", "Kingdom,Tier,Power,KP\n51,300,10264559813,192050250544"),
        table(
            "Lists beside each other",
            "Name,ID,Power,,Name,ID,Kill Points\nAda,10000001,5,,Bo,10000002,6",
        ),
        table("All in one column", '"ID,Name,Power"\n"10000001,Ada,5"'),
        table("Other separators", "ID|Name|Power\n10000001|Ada|5"),
        table("A web page", "<html><table><tr><td>ID</td></tr></table></html>"),
        table("JSON with the name of a CSV", '{"id": 10000001}'),
        table("A list of JSON with the name of a CSV", '[{"id": 10000001}]'),
        table("A text document with the name of a CSV", "{\\rtf1\\ansi ID}"),
        table("Another language", "Gouverneur-ID;Name;Macht;Tote\n10000001;Ada;5;7"),
        table("Another language throughout", "总督ID,名字,战力\n10000001,Ada,5"),
        table("No id", "Name,Power\nAda,5"),
        table("An id of another name", "Lord ID,Name,Power\n10000001,Ada,5"),
        table("An id and a name of other names", "Lord ID,Lord Name,Power\n10000001,Ada,5"),
        table("A governor without an id", "Governor,Power\nAda,5"),
        table("No name", "ID,Power\n10000001,5"),
        table("No numbers", "ID,Name\n10000001,Ada"),
        table("Numbers in millions", "ID,Name,Power (M)\n10000001,Ada,62"),
        table("Two columns of one name", "ID,Name,Power,KP,Power\n10000001,Ada,5,6,7"),
        table("Two columns of one meaning", "ID,Name,Power,Kills,Total Kills\n10000001,Ada,5,6,7"),
        table("A header that does not end", 'ID,Name,"Power\n10000001,Ada,5'),
        table("A key that is there twice", '[{"ID":1,"Name":"Ada","Power":5,"Power":6}]', "a.json"),
        table("JSON without names that are known", '[{"player":{},"value":5}]', "players.json"),
    ),
)

ABOVE = Section(
    "What was left out",
    "These are warnings: the scan is taken.",
    (
        table("A title above the header", "Scan of 26 January\nID,Name,Power\n10000001,Ada,5"),
        table("A column that is not known", "ID,Name,Power,City Hall\n10000001,Ada,5,25"),
        table("A column in millions", "ID,Name,Power,KP (M)\n10000001,Ada,5,62"),
        table("A column in another language", "ID,Name,Power,Tote\n10000001,Ada,5,62"),
    ),
)

SECTIONS: tuple[Section, ...] = (HEADERS, ABOVE)
