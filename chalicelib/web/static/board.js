// The board: rank, movement, name, alliance, the chosen metric and the others beside it.
import { get, getAll, ofKingdom, span } from "./api.js";
import { h, say } from "./dom.js";
import { compact, day } from "./format.js";
import { alliancePicker, bar, button, empty, ends, files, metrics, mine, moved, note, showAll, strong } from "./parts.js";
import { link, me, metric, METRICS, others, state } from "./state.js";
import { distrust, inDoubt } from "./suspects.js";
import { allianceColumn, mainColumn, nameColumn, otherColumns, rankColumn, table } from "./table.js";
import { t, text } from "./words.js";

export async function view() {
	const m = metric(), whole = state.all || state.sort || state.a;
	const asked = {
		date: state.date, since: state.since || "previous", with: others().join(), alliance: state.a,
		limit: whole ? 1000 : 100, around: !whole && state.at,
	};
	const url = ofKingdom("leaderboards/" + m, { ...asked, me: me() });
	const [board, { list }] = await Promise.all([whole ? getAll(url) : get(url), span()]);
	const { entries, total, since, dkp, snapshot_date: date } = board;
	const players = list.find((s) => s.snapshot_date === date)?.players, missing = state.a ? 0 : players - total;
	const doubt = (entry) => inDoubt(entry.suspects ?? [], m, entry.value, dkp?.weights);
	say(`${text("told", entries.length, total, text(m))}, ${day(date)}`);
	const post = async () => (await import("./poster.js")).poster(
		[text(m), state.a, day(date)].filter(Boolean).join(" · "), entries.map((e) => ({ ...e, doubt: doubt(e) })), `${m}-${date}`);
	return [
		bar(metrics(), state.a && alliancePicker()),
		note(t("ranked", strong(total), total), missing > 0 && [" · ", t("n_unknown", missing)], !since && [" · ", t("first_scan")],
			!state.a && [" · ", alliancePicker()], " · ",
			state.at && !whole ? link({ at: "" }, {}, t("from_top")) : total > 0 && button(t("picture"), post)),
		// What the board is not made of does not matter here.
		distrust((board.unreliable_columns ?? []).filter(({ column: name }) => METRICS.includes(name) || name in (dkp?.weights ?? {}))),
		total ? table(`${text(m)}, ${text("kingdom_n", state.k)}, ${day(date)}`, columns(m, board, doubt), entries)
			: empty(t("none_known", text(m))),
		ends(!whole && showAll(entries, total), files(ofKingdom("leaderboards/" + m, asked))),
		board.me && mine(board),
	];
}

function columns(m, { entries, since, ...board }, doubt) {
	const change = (e) => e.since && e.value - e.since.value, second = m === "power" ? "kill_points" : "power";
	return [
		rankColumn(),
		since && { key: "moved", words: t("moved"), kind: "move below", by: (e) => e.since && e.since.rank - e.rank, cell: moved },
		nameColumn(), allianceColumn(), mainColumn(entries, { doubt, span: { from: since, to: board } }),
		since && { key: "change", words: t("change"), kind: "num chg below", by: change, cell: (e) => compact(change(e), true) },
		// One of them stands under the name on narrow screens.
		...otherColumns().map((c) => (c.key === second ? { ...c, kind: "num also below", label: text("short_" + second) } : c)),
	];
}
