// Tables: each is made of its columns. Headers that sort, the order in force said once.
import { get, getAll, ofKingdom } from "./api.js";
import { h, say, shown } from "./dom.js";
import { allied, card, empty, ends, showAll, tallest, visible } from "./parts.js";
import { go, me, metric, others, state } from "./state.js";
import { flag } from "./suspects.js";
import { compact, exact, full, has, isKnown, lang, t, text } from "./words.js";

/**
 * A column: `key` of the address; `words` of its header, if they are not the key's; `kind`, its classes:
 * `wide` only on wide screens, `below` under the name on narrow ones; `cell` what a row shows; `by` what
 * rows are sorted by, if they are; `turn` what a click on the header does instead; `label` and `vars` of
 * its cells; `doubt` whether its figure is likely misread.
 */
export const rankColumn = {
	key: "rank", kind: "rank", by: (e) => e.rank, cell: (e) => e.rank && full(e.rank),
};
export const nameColumn = { key: "name", kind: "who", by: (e) => visible(e.name) && e.name, cell: card };
export const allianceColumn = {
	key: "alliance", kind: "alli below", by: (e) => e.alliance, cell: (e) => allied(e.alliance),
};
/** A column of figures beside the chosen one. */
export const figureColumn = (key, kind, by, sign) =>
	({ key, kind: `num ${kind}`, by, cell: (e) => compact(by(e), sign) });
/** The other metrics of a board; a click makes one of them the board's. */
export const otherColumns = (value = (e, m) => e.values[m]) => others().map((m) => (
	{ ...figureColumn(m, "wide", (e) => value(e, m)), turn: () => go({ m, sort: "", dir: "" }) }));
/** The chosen figure, with its part of the first one as a line, and its flag. */
export function mainColumn(entries, { by = (e) => e.value, doubt = () => false, span, sign, words } = {}) {
	const top = tallest(entries, doubt, by);
	return {
		key: metric(), words, by, kind: "num main", doubt,
		vars: (e) => ({ "--bar": Math.max(0, Math.min(1, by(e) / top || 0)) }),
		cell: (e) => [e.suspects?.length > 0 && flag(e.suspects, span), exact(by(e), sign)],
	};
}

/**
 * A list by the metric: the promise of its first hundred, or of all that the address asks for; what
 * stands at its end; whether it is whole.
 */
export function ranking(list, more) {
	const path = list + metric(), whole = state.all || state.sort || state.a;
	const asked = {
		...more, with: others().join(), alliance: state.a, limit: whole ? 1000 : 100, around: !whole && state.at,
	};
	const url = ofKingdom(path, { ...asked, me: me() });
	const end = ({ entries, total }) => ends(ofKingdom(path, asked), !whole && showAll(entries, total));
	return [whole ? getAll(url) : get(url), end, whole];
}

/** Tell what is on the page now: how many of how many, by what, in which order. */
export const tell = (shown, total, what, by = text(metric())) => say([
	text("told", shown, total, by), what,
	has(state.sort) && text("sorted_" + (state.dir || "desc"), text(state.sort)),
].filter(Boolean).join(", "));

/** A list in the order of the address. */
function sorted(list, columns) {
	const by = columns.find((c) => c.key === state.sort)?.by, none = (x) => !isKnown(x) || x === "";
	return by ? [...list].sort((one, other) => {
		const a = by(one), b = by(other), up = state.dir === "asc" ? 1 : -1;
		if (none(a) || none(b)) return none(a) - none(b);
		return (typeof a === "string" ? a.localeCompare(b, lang, { numeric: true }) : a - b) * up;
	}) : list;
}
const classes = (...some) => some.filter(Boolean).join(" ") || null;
/** A row: one's own is tinted, the first three stand out where a figure in doubt would be marked. */
export function row(columns, e) {
	const mine = e.id === me() && String(e.kingdom ?? state.k) === state.k;
	const doubt = columns.some((c) => c.doubt?.(e)), top = !state.sort && !doubt && !e.kingdom && e.rank <= 3;
	const cell = ({ kind, label, ...c }) => {
		const head = kind === "who";
		return h(head ? "th" : "td", {
			role: head ? "rowheader" : "cell", scope: head && "row", class: classes(kind, c.doubt?.(e) && "doubt"),
			"data-label": label, vars: c.vars?.(e),
		}, c.cell(e));
	};
	return h("tr", {
		role: "row", "aria-current": mine,
		class: classes(mine && "me", String(e.id) === state.at && "at", top && "top"),
	}, columns.map(cell));
}

/**
 * A table, or that there is none; without an order in the address it is by the metric, from the top. A
 * hundred rows at once, so that a thousand do not hold up the first. Rows lie as CSS wants them, so each
 * part says its role.
 */
export function table(caption, columns, entries) {
	if (!entries[0]) return empty(t("none_known", text(metric())));
	const cols = columns.filter(Boolean), body = h("tbody", { role: "rowgroup" }), list = sorted(entries, cols);
	const current = cols.some((c) => c.key === state.sort) ? state.sort : metric();
	const up = current === state.sort && state.dir === "asc";
	const head = ({ key, words = t(key), kind, by, turn }) => {
		const chosen = key === current, arrow = chosen && shown(up ? " ↑" : " ↓");
		// The order of a column: its first click's, then the other way round.
		const asc = chosen ? !up : ["rank", "name", "alliance"].includes(key);
		const sort = () => go({ sort: key, dir: asc ? "asc" : "desc", all: 1, at: "" });
		return h("th", {
			role: "columnheader", scope: "col", class: kind, "aria-sort": chosen && (up ? "ascending" : "descending"),
		}, by || turn ? h("button", { onclick: turn ?? sort, "data-key": "sort-" + key }, words, arrow) : words);
	};
	const more = (from, to) => {
		body.append(...list.slice(from, to).map((e) => row(cols, e)));
		if (to < list.length) setTimeout(() => body.isConnected && more(to, to + 100), 20);
	};
	// Back wants the place where one was, which may be below the first hundred.
	more(0, 100 + Math.ceil((history.state?.y ?? 0) / 36));
	return h("table.roll", { role: "table" }, h("caption.sr", caption),
		h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, cols.map(head))), body);
}
