// The board: rank, movement, name, alliance, the chosen metric and the others beside it.
import { get, getAll, ofKingdom, span } from "./api.js";
import { h, say } from "./dom.js";
import { compact, day, exact, full, isKnown, short } from "./format.js";
import {
	allianceCell, alliancePicker, bar, button, card, empty, ends, files, metrics, moved, note, numberCell, rankCell, row, strong, tallest,
	valueCell, visible, whoCell,
} from "./parts.js";
import { link, me, metric, METRICS, others, state } from "./state.js";
import { distrust, inDoubt } from "./suspects.js";
import { column, nameColumns, otherColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

/** What a board is made of by tiers, whose unreliable columns matter to it. */
const ON_BOARD = (column) => METRICS.includes(column) || /^t\d_/.test(column);

export async function view() {
	const m = metric(), whole = state.all || state.sort || state.a;
	const asked = {
		date: state.date, since: state.since || "previous", with: others().join(), alliance: state.a,
		limit: whole ? 1000 : 100, around: !whole && state.at,
	};
	const url = ofKingdom("leaderboards/" + m, { ...asked, me: me() });
	const [board, { to, list }] = await Promise.all([whole ? getAll(url) : get(url), span()]);
	const snapshot = list.find((s) => s.snapshot_date === board.snapshot_date) ?? to;
	const missing = state.a ? 0 : snapshot.players - board.total;
	const caption = `${text(m)}, ${text("kingdom_n", state.k)}, ${day(board.snapshot_date)}`;
	say(text("told", board.entries.length, board.total, text(m)) + ", " + day(board.snapshot_date));
	const post = () => import("./poster.js").then(({ poster }) => poster(
		[text(m), state.a, day(board.snapshot_date)].filter(Boolean).join(" · "), board.entries, `${m}-${board.snapshot_date}`));
	return [
		bar(metrics(), alliancePicker()),
		note(t("ranked", strong(board.total), board.total), missing > 0 && [" · ", t("n_unknown", missing)], !board.since && [" · ", t("first_scan")],
			state.at && !whole ? [" · ", link({ at: "" }, {}, t("from_top"))] : board.entries.length > 0 && [" · ", button(t("picture"), post)]),
		distrust((board.unreliable_columns ?? []).filter(({ column: name }) => ON_BOARD(name))),
		board.entries.length ? table(caption, columns(m, board.since), rows(m, board)) : empty(t("none_known", text(m)), " ", t("others_known")),
		ends(!whole && board.total > board.entries.length && link({ all: 1, at: "" }, { class: "btn" }, t("show_all", board.total)),
			files(ofKingdom("leaderboards/" + m, asked))),
		board.me && mine(board),
	];
}

const columns = (m, since) => [
	rankColumn(), since && column("moved", t("moved"), "move wide", true), ...nameColumns(), column(m, t(m), "num main", true),
	since && column("change", t("change"), "num wide", true), ...otherColumns(),
];
const change = (entry) => (entry.since ? entry.value - entry.since.value : null);

function rows(m, board) {
	const list = sorted(board.entries, {
		moved: (e) => e.since && e.since.rank - e.rank, name: (e) => visible(e.name) && e.name, alliance: (e) => e.alliance,
		[m]: (e) => e.value, change,
	});
	const doubt = (e) => inDoubt(e.suspects ?? [], m, e.value, board.dkp?.weights);
	const top = tallest(board.entries, doubt), second = m === "power" ? "kill_points" : "power", heads = { from: board.since, to: board };
	return list.map((e) => () => row(e, !state.sort && !doubt(e),
		rankCell(e.rank, board.since && moved(e)), board.since && h("td", { class: "move wide" }, moved(e)),
		whoCell(e, isKnown(e.values[second]) && h("span.also", t("short_" + second), " ", compact(e.values[second]))),
		allianceCell(e), valueCell(e.value, e.value / top, { suspects: e.suspects, doubt: doubt(e), span: heads }, e.since && compact(change(e), true)),
		board.since && h("td", { class: "num wide chg" }, compact(change(e), true)), others().map((x) => numberCell(compact(e.values[x])))));
}

/** One's own place, wherever that is on the board, and how far it is to the next. */
export function mine({ me: { entry, above }, since }) {
	const there = { at: entry.id, all: "", sort: "", dir: "" };
	return h("aside.mine", { "aria-label": text("you") },
		link(there, { class: "r", "aria-label": text("my_place", entry.rank) }, full(entry.rank)), since && moved(entry), card(entry),
		h("span.num", exact(entry.value), above && above.rank !== entry.rank
			&& h("span.gap", t("to_rank", short(above.value - entry.value), above.rank))));
}
