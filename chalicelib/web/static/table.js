// Tables: a caption, headers that sort, the order in force said once.
import { h, shown } from "./dom.js";
import { go, metric, others, state } from "./state.js";
import { lang, t } from "./words.js";

/** The order of a column: its first click's, then the other way round. */
const turn = (key, ascending) => () => go(state.sort === key
	? { dir: state.dir === "desc" ? "asc" : "desc", all: 1 }
	: { sort: key, dir: ascending ? "asc" : "desc", all: 1 });
/** A column; `sort` true for numbers, "text" for words, a function for another view. */
export const column = (key, words, kind, sort) => ({
	key, words, kind, click: typeof sort === "function" ? sort : sort && turn(key, sort === "text"),
});
export const rankColumn = () => column("rank", t("rank"), "rank");
export const nameColumns = () => [column("name", t("name"), "who", "text"), column("alliance", t("alliance"), "alli wide", "text")];
/** The other metrics; a click makes one of them the board's. */
export const otherColumns = () => others().map((m) => column(m, t(m), "num wide", () => go({ m, sort: "", dir: "" })));

/** A list in the order of the address; `keys` says what each column is sorted by. */
export function sorted(list, keys) {
	const value = keys[state.sort];
	if (!value) return list;
	const way = state.dir === "asc" ? 1 : -1;
	const none = (x) => x === null || x === undefined || x === "";
	return [...list].sort((one, other) => {
		const a = value(one), b = value(other);
		if (none(a) || none(b)) return none(a) - none(b);
		return way * (typeof a === "string" ? a.localeCompare(b, lang, { numeric: true }) : a - b);
	});
}

/** A table; without an order in the address it is by `natural`, from the top. */
export function table(caption, columns, rows, natural = metric()) {
	const current = columns.some((c) => c && c.key === state.sort) ? state.sort : natural;
	const up = current === state.sort && state.dir === "asc";
	const head = (c) => h("th", { scope: "col", class: c.kind, "aria-sort": c.key === current && (up ? "ascending" : "descending") },
		c.click ? h("button", { type: "button", onclick: c.click, "data-key": "sort-" + c.key }, c.words,
			c.key === current && shown(up ? " ↑" : " ↓")) : c.words);
	return h("table", { class: "roll" }, h("caption", { class: "sr" }, caption),
		h("thead", {}, h("tr", {}, columns.filter(Boolean).map(head))), h("tbody", {}, rows));
}
