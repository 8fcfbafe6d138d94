// The board: rank, movement, name, alliance, the chosen metric and the others beside it.
import { get, getAll, ofKingdom, span } from "./api.js";
import { h, say } from "./dom.js";
import { compact, day, isKnown } from "./format.js";
import {
	allianceCell, alliancePicker, bar, button, empty, ends, files, metrics, mine, moved, note, numberCell, rankCell, row, strong, tallest,
	valueCell, visible, whoCell,
} from "./parts.js";
import { link, me, metric, METRICS, others, state } from "./state.js";
import { distrust, inDoubt } from "./suspects.js";
import { column, nameColumns, otherColumns, rankColumn, sorted, table } from "./table.js";
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
		total ? table(`${text(m)}, ${text("kingdom_n", state.k)}, ${day(date)}`, columns(m, since), rows(m, board, doubt))
			: empty(t("none_known", text(m))),
		ends(!whole && total > entries.length && link({ all: 1, at: "" }, { class: "btn" }, t("show_all", total)),
			files(ofKingdom("leaderboards/" + m, asked))),
		board.me && mine(board),
	];
}

const columns = (m, since) => [
	rankColumn(), since && column("moved", t("moved"), "move wide", true), ...nameColumns(), column(m, t(m), "num main", true),
	since && column("change", t("change"), "num wide chg", true), ...otherColumns(),
];

function rows(m, { entries, since, ...board }, doubt) {
	const change = (e) => e.since && e.value - e.since.value, second = m === "power" ? "kill_points" : "power", top = tallest(entries, doubt);
	const list = sorted(entries, {
		moved: (e) => e.since && e.since.rank - e.rank, name: (e) => visible(e.name) && e.name, alliance: (e) => e.alliance, [m]: (e) => e.value, change,
	});
	return list.map((e) => () => row(e, !state.sort && !doubt(e),
		rankCell(e.rank, since && moved(e)), since && h("td", { class: "move wide" }, moved(e)),
		whoCell(e, isKnown(e.values[second]) && h("span.also", t("short_" + second), " ", compact(e.values[second]))), allianceCell(e),
		valueCell(e.value, e.value / top, { suspects: e.suspects, doubt: doubt(e), span: { from: since, to: board } }, e.since && compact(change(e), true)),
		since && h("td", { class: "num wide chg" }, compact(change(e), true)), others().map((x) => numberCell(compact(e.values[x])))));
}
