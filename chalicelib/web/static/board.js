// The board: rank, movement, name, alliance, the chosen metric and the others beside it.
import { get, ofKingdom } from "./api.js";
import { compact, day, isKnown } from "./format.js";
import { allianceCell, ends, files, metrics, moved, numberCell, rankCell, row, tallest, valueCell, whoCell, bar } from "./parts.js";
import { metric, others, state } from "./state.js";
import { column, nameColumns, otherColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

export async function view() {
	const m = metric();
	const url = ofKingdom("leaderboards/" + m, { date: state.date, since: state.since || "previous", with: others().join(), limit: 100 });
	const board = await get(url);
	const list = sorted(board.entries, { name: (e) => e.name, alliance: (e) => e.alliance, [m]: (e) => e.value });
	const top = tallest(board.entries);
	const rows = list.map((e) => row(e, !state.sort && !e.suspects?.length, rankCell(e.rank, board.since && moved(e)), whoCell(e), allianceCell(e),
		valueCell(e.value, e.value / top, { suspects: e.suspects, span: { from: board.since, to: board } }), others().map((x) => numberCell(compact(e.values[x])))));
	const columns = [rankColumn(), ...nameColumns(), column(m, t(m), "num main", true), ...otherColumns()];
	return [bar(metrics()), table(`${text(m)}, ${text("kingdom_n", state.k)}, ${day(board.snapshot_date)}`, columns, rows), ends(files(url))];
}
