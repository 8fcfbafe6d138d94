// The board: rank, movement, name, alliance, the chosen metric and the others beside it.
import {
	allianceColumn, alliancePicker, bar, button, day, distrust, figureColumn, inDoubt, link, mainColumn, me,
	metric, metrics, mine, moved, nameColumn, note, otherColumns, rankColumn, ranking, since, span, state,
	strong, t, table, tell, text,
} from "./kit.js";

export async function view() {
	const m = metric();
	const [answer, end, whole] = ranking("leaderboards/", { date: state.date, since: since() || "previous" });
	const [board, { to, from }] = await Promise.all([answer, span()]);
	const { entries, total, since: before, dkp, unreliable_columns: loose = [] } = board, scan = day(board);
	const missing = !state.a && to?.players - total;
	const doubt = (entry) => inDoubt(entry, m, dkp);
	tell(entries.length, total, scan);
	const title = [text(m), state.a, scan].filter(Boolean).join(" · ");
	const post = async () => (await import("./poster.js")).poster(title,
		entries.map((e) => ({ ...e, doubt: doubt(e) })), `${m}-${board.snapshot_date}`);
	return [
		bar(metrics(), state.a && alliancePicker()),
		note(t("ranked", strong(total), total), missing > 0 && t("n_unknown", missing), !before && t("first_scan"),
			from && !from.known[m] && t("lacks", day(from), text(m)),
			!state.a && alliancePicker(),
			state.at && !whole ? link({ at: "" }, {}, t("from_top")) : total > 0 && button(t("picture"), post)),
		distrust(loose, dkp?.weights ?? {}),
		table(`${text(m)}, ${text("kingdom_n", state.k)}, ${scan}`, columns(m, board, doubt), entries),
		end(board), board.me && mine(board),
	];
}

function columns(m, { entries, since: before, ...board }, doubt) {
	const change = (e) => e.since && e.value - e.since.value, second = m === "power" ? "kill_points" : "power";
	return [
		rankColumn,
		before && { key: "moved", kind: "move below", by: (e) => e.since && e.since.rank - e.rank, cell: moved },
		nameColumn, allianceColumn, mainColumn(entries, { doubt, span: { from: before, to: board } }),
		before && figureColumn("change", "chg below", change, true),
		// One of them stands under the name on narrow screens.
		...otherColumns().map((c) => (
			c.key === second ? { ...c, kind: "num also below", label: text(m === "power" ? "kp" : second) } : c)),
	];
}
