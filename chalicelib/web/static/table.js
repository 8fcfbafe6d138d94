// Tables: a caption, headers that sort, the order in force said once.
import { h, shown } from "./dom.js";
import { go, metric, others, state } from "./state.js";
import { lang, t } from "./words.js";

/** A column; `sort` true for numbers, "text" for words, a function for another view. */
export const column = (key, words, kind, sort) => ({ key, words, kind, sort });
export const rankColumn = () => column("rank", t("rank"), "rank", "text");
export const nameColumns = () => [column("name", t("name"), "who", "text"), column("alliance", t("alliance"), "alli wide", "text")];
/** The other metrics; a click makes one of them the board's. */
export const otherColumns = () => others().map((m) => column(m, t(m), "num wide", () => go({ m, sort: "", dir: "" })));

/** A list in the order of the address; `keys` says what each column is sorted by. */
export function sorted(list, keys) {
	const value = { rank: (one) => one.rank, ...keys }[state.sort];
	if (!value) return list;
	const none = (x) => x === null || x === undefined || x === "";
	return [...list].sort((one, other) => {
		const a = value(one), b = value(other);
		if (none(a) || none(b)) return none(a) - none(b);
		return (typeof a === "string" ? a.localeCompare(b, lang, { numeric: true }) : a - b) * (state.dir === "asc" ? 1 : -1);
	});
}

/**
 * A table; without an order in the address it is by `natural`, from the top. `rows` are elements, or
 * functions that make them: a hundred at once, so that a thousand do not hold up the first.
 */
export function table(caption, columns, rows, natural = metric()) {
	const cols = columns.filter(Boolean), body = h("tbody");
	const current = cols.some((c) => c.key === state.sort) ? state.sort : natural, up = current === state.sort && state.dir === "asc";
	// The order of a column: its first click's, then the other way round.
	const turn = ({ key, sort }) => () => go({ sort: key, dir: (key === current ? !up : sort === "text") ? "asc" : "desc", all: 1, at: "" });
	const head = (c) => h("th", { scope: "col", class: c.kind, "aria-sort": c.key === current && (up ? "ascending" : "descending") },
		c.sort ? h("button", { type: "button", onclick: c.sort.call ? c.sort : turn(c), "data-key": "sort-" + c.key },
			c.words, c.key === current && shown(up ? " ↑" : " ↓")) : c.words);
	const more = (from, to) => {
		body.append(...rows.slice(from, to).map((row) => (row.call ? row() : row)));
		if (to < rows.length) setTimeout(() => body.isConnected && more(to, to + 100), 20);
	};
	// Back wants the place where one was, which may be below the first hundred.
	more(0, 100 + Math.ceil((history.state?.y ?? 0) / 36));
	return h("table.roll", h("caption.sr", caption), h("thead", h("tr", cols.map(head))), body);
}
