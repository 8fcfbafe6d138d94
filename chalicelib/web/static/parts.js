// Pieces that several views are made of.
import { get, ofKingdom, span } from "./api.js";
import { h, say, shown, sr } from "./dom.js";
import { go, link, metric, METRICS, state } from "./state.js";
import { exact, full, short, shortDay, t, text, time } from "./words.js";

/** A name that is made of fillers only is none to a reader. */
export const visible = (name) =>
	(name ?? "").replace(/[\p{C}\p{Z}\u3164\u115F\u1160\uFFA0\u2800\u034F]/gu, "");
export function named({ name, id }) {
	if (!visible(name)) return h("span.name none", t("no_name", String(id)));
	// 𝕷𝖎𝖐𝖔 is read letter by letter: a screen reader gets the plain letters.
	const plain = name.normalize("NFKC");
	return h("bdi.name", { dir: "auto" }, plain === name ? name : [shown(name), sr(plain)]);
}
export const allied = (alliance) =>
	visible(alliance) ? h("bdi.tag", { dir: "auto" }, alliance) : h("span.tag none", t("no_alliance"));
/** A name that opens the player's card. */
export const card = (player) => link({ p: player.id }, {}, named(player));

/** Which way somebody moved: by shape and words, never by colour alone. */
export function moved({ rank, since, movement: way }) {
	const shape = { up: "▲", down: "▽", same: "=", unknown: "?" }[way], by = Math.abs(since?.rank - rank);
	const sign = shape && h("span", { role: "img", label: text("moved_" + way) }, shape);
	return h("span.mv " + way, sign ? [sign, by > 0 && " " + full(by)] : way && t("moved_new"));
}

const box = (what) => (...kids) => h(what, kids);
export const bar = box("div.bar"), empty = box("p.empty"), was = box("span.was"), li = box("li");
/** What is beside the point, in a row. */
export const note = (...kids) => h("p.note", kids.filter(Boolean).map((kid) => [h("span", kid), " "]));
export const strong = (number) => h("b", full(number));
export const button = (words, onclick, kind = "text") => h("button." + kind, { onclick }, words);
export const option = (value, chosen, ...kids) => h("option", { value, selected: value === chosen }, kids);
/** A labelled choice: `list` of value and words; by `key` it is found again when it is drawn anew. */
export const picker = (label, chosen, list, change, key) => h("label.pick", h("span", label),
	h("select", { onchange: ({ target }) => change(target.value), "data-key": key },
		list.map(([value, words]) => option(value, chosen, words))));

/** One alliance only; which there are is asked for when somebody wants to know. */
export function alliancePicker() {
	const { a } = state, place = h("span");
	const pick = (names) => place.replaceChildren(picker(t("alliance"), a,
		[["", t("all_alliances")], ...names.map((name) => [name, name])],
		(one) => go({ a: one, at: "", all: "" }), "alliance"));
	const load = () => get(ofKingdom("alliances", { date: state.date })).then(({ alliances }) =>
		pick([...new Set([a, ...alliances.map((one) => one.alliance)])].filter(Boolean)), () => {});
	if (a) {
		pick([a]);
		load();
	} else {
		place.append(button(t("one_alliance"), () => load().then(() => place.querySelector("select").focus())));
	}
	return place;
}
/** The metrics, as links. */
export const metrics = () => h("nav.tabs", { label: text("metric") },
	METRICS.map((m) => link({ m, sort: "", dir: "" }, { "aria-current": m === metric() }, t(m))));
/** Which two scans a view is of. */
export const heading = ({ from, to }) => h("h2.lead", t("from_to", time(from, shortDay), time(to)));

/** Other spans up to the same scan: from about one, two and four weeks before, and from the first. */
export async function spans({ from, to }) {
	const { older } = await span();
	const days = (scan) => (new Date(to.snapshot_date) - new Date(scan.snapshot_date)) / 864e5;
	const nearest = (wanted) =>
		older.reduce((a, b) => (Math.abs(days(b) - wanted) <= Math.abs(days(a) - wanted) ? b : a));
	const scans = [...new Set([7, 14, 28, 1e6].map(nearest))];
	return scans.length > 1 && h("nav.tabs spans", { label: text("span") }, scans.map((scan) => link(
		{ since: scan.snapshot_date, at: "" }, { "aria-current": scan.snapshot_date === from.snapshot_date },
		days(scan) % 7 ? t("days", days(scan)) : t("weeks", days(scan) / 7))));
}
/** The end of a view: the same answer as files, the address of the view, and what else there is to do. */
export function ends(url, ...kids) {
	const csv = new URL(url);
	csv.pathname += ".csv";
	return h("div.end", kids, h("p.files", h("a", { href: url }, "JSON"),
		h("a", { href: csv, download: "" }, "CSV"),
		navigator.clipboard && button(t("copy_link"),
			() => navigator.clipboard.writeText(location).then(() => say(text("copied"), true)))));
}

/** The first value that is not in doubt: lines are drawn in proportion to it. */
export const tallest = (entries, doubt, value = (e) => e.value) =>
	(entries[0] ? value(entries.find((e) => !doubt(e)) ?? entries[0]) : 0) || 1;
export const showAll = ({ length }, total) =>
	total > length && link({ all: 1, at: "" }, { class: "btn" }, t("show_all", total));

/** One's own place, wherever that is on the board, and how far it is to the next. */
export function mine({ me: { entry, above }, since, days }) {
	const gap = above?.value - entry.value, { id, rank, value } = entry;
	return h("aside.mine", { label: text("you") },
		link({ at: id, all: "", sort: "", dir: "" }, { class: "r", label: text("my_place", rank) }, full(rank)),
		since && moved(entry), card(entry),
		h("span.num", exact(value, days), gap > 0 && h("span.gap", t("to_rank", short(gap), above.rank))));
}
