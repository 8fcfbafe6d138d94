// Tables: each is made of its columns. Headers that sort, the order in force said once.
import { h, shown } from "./dom.js";
import { compact, exact, full } from "./format.js";
import { allied, card, tallest, visible } from "./parts.js";
import { go, me, metric, others, state } from "./state.js";
import { flag } from "./suspects.js";
import { lang, t } from "./words.js";

/**
 * A column: `key` of the address; `words` of its header; `kind`, its classes: `wide` only on wide
 * screens, `below` under the name on narrow ones; `cell` what a row shows; `by` what rows are sorted
 * by, if they are; `turn` what a click on the header does instead; `label` and `vars` of its cells.
 */
export const rankColumn = () => ({
	key: "rank", words: t("rank"), kind: "rank", by: (e) => e.rank, cell: (e) => e.rank && full(e.rank),
});
export const nameColumn = (cell = card) => ({
	key: "name", words: t("name"), kind: "who", by: (e) => visible(e.name) && e.name, cell,
});
export const allianceColumn = () => ({
	key: "alliance", words: t("alliance"), kind: "alli below", by: (e) => e.alliance, cell: (e) => allied(e.alliance),
});
/** The other metrics of a board; a click makes one of them the board's. */
export const otherColumns = (value = (e, x) => e.values[x]) => others().map((m) => ({
	key: m, words: t(m), kind: "num wide", cell: (e) => compact(value(e, m)), turn: () => go({ m, sort: "", dir: "" }),
}));
/** The chosen figure, with its part of the first one as a line, and its flag. */
export function mainColumn(entries, { words = t(metric()), by = (e) => e.value, doubt = () => false, span, sign } = {}) {
	const top = tallest(entries, doubt, by);
	return {
		key: metric(), words, by, kind: "num main", doubt,
		vars: (e) => ({ "--bar": Math.max(0, Math.min(1, by(e) / top || 0)) }),
		cell: (e) => [e.suspects?.length > 0 && flag(e.suspects, span), exact(by(e), sign)],
	};
}

/** A list in the order of the address. */
function sorted(list, columns) {
	const by = columns.find((c) => c.key === state.sort)?.by;
	if (!by) return list;
	const none = (x) => x === null || x === undefined || x === "";
	return [...list].sort((one, other) => {
		const a = by(one), b = by(other);
		if (none(a) || none(b)) return none(a) - none(b);
		return (typeof a === "string" ? a.localeCompare(b, lang, { numeric: true }) : a - b) * (state.dir === "asc" ? 1 : -1);
	});
}
const classes = (...some) => some.filter(Boolean).join(" ") || null;
/** A row: one's own is tinted, the first three stand out where no figure is in doubt. */
export function row(columns, e) {
	const mine = e.id === me() && String(e.kingdom ?? state.k) === state.k, doubt = columns.some((c) => c.doubt?.(e));
	const kind = [mine && "me", String(e.id) === state.at && "at", !state.sort && !doubt && e.rank <= 3 && "top"];
	const cell = (c) => {
		const head = c.kind === "who", role = head ? "rowheader" : "cell";
		return h(head ? "th" : "td", { role, scope: head && "row", class: classes(c.kind, c.doubt?.(e) && "doubt"),
			"data-label": c.label, vars: c.vars?.(e) }, c.cell(e));
	};
	const props = { role: "row", class: classes(...kind), "aria-current": mine && "true" };
	return h("tr", props, columns.map(cell));
}

/**
 * A table; without an order in the address it is by the metric, from the top. A hundred rows at once,
 * so that a thousand do not hold up the first. Rows lie as CSS wants them, so each part says its role.
 */
export function table(caption, columns, entries) {
	const cols = columns.filter(Boolean), body = h("tbody", { role: "rowgroup" }), list = sorted(entries, cols);
	const current = cols.some((c) => c.key === state.sort) ? state.sort : metric();
	const up = current === state.sort && state.dir === "asc";
	// The order of a column: its first click's, then the other way round.
	const turn = (key) => () => {
		const asc = key === current ? !up : ["rank", "name", "alliance"].includes(key);
		go({ sort: key, dir: asc ? "asc" : "desc", all: 1, at: "" });
	};
	const head = (c) => h("th", { role: "columnheader", scope: "col", class: c.kind,
		"aria-sort": c.key === current && (up ? "ascending" : "descending") },
		c.by || c.turn ? h("button", { type: "button", onclick: c.turn ?? turn(c.key), "data-key": "sort-" + c.key },
			c.words, c.key === current && shown(up ? " ↑" : " ↓")) : c.words);
	const more = (from, to) => {
		body.append(...list.slice(from, to).map((e) => row(cols, e)));
		if (to < list.length) setTimeout(() => body.isConnected && more(to, to + 100), 20);
	};
	// Back wants the place where one was, which may be below the first hundred.
	more(0, 100 + Math.ceil((history.state?.y ?? 0) / 36));
	return h("table.roll", { role: "table" }, h("caption.sr", caption),
		h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, cols.map(head))), body);
}
