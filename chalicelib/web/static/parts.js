// Pieces that several views are made of.
import { get, ofKingdom } from "./api.js";
import { h, say, shown, sr } from "./dom.js";
import { exact, full, short } from "./format.js";
import { go, link, me, metric, METRICS, state } from "./state.js";
import { t, text } from "./words.js";

/** A name that is made of fillers only is none to a reader. */
export const visible = (name) => (name ?? "").replace(/[\p{C}\p{Z}\u3164\u115F\u1160\uFFA0\u2800\u034F]/gu, "");
export function named({ name, id }) {
	if (!visible(name)) return h("span", { class: "name none" }, t("no_name", String(id)));
	// 𝕷𝖎𝖐𝖔 is read letter by letter: a screen reader gets the plain letters.
	const plain = name.normalize("NFKC");
	return h("bdi.name", { dir: "auto" }, plain === name ? name : [shown(name), sr(plain)]);
}
export const allied = (alliance) => visible(alliance)
	? h("bdi.tag", { dir: "auto" }, alliance) : h("span", { class: "tag none" }, t("no_alliance"));
/** A name that opens the player's card. */
export const card = (player) => link({ p: player.id }, {}, named(player));

/** Which way somebody moved: by shape and words, never by colour alone. */
export const moved = ({ rank, since, movement }) => h("span", { class: "mv " + movement }, {
	same: () => sign("=", text("moved_same")), new: () => t("moved_new"), unknown: () => sign("?", text("not_known")),
}[movement]?.() ?? (since && [sign(movement === "up" ? "▲" : "▽", text("moved_" + movement)), full(Math.abs(since.rank - rank))]));
const sign = (shape, words) => h("span", { role: "img", "aria-label": words }, shape);

const box = (what) => (...kids) => h(what, kids);
export const bar = box("div.bar"), note = box("p.note"), empty = box("p.empty"), ends = box("div.end");
export const was = box("span.was"), li = box("li");
export const strong = (number) => h("b", full(number));
export const button = (words, onclick, kind = "text") => h("button." + kind, { type: "button", onclick }, words);
export const option = (value, chosen, ...kids) => h("option", { value, selected: value === chosen }, kids);
/** A labelled choice: `list` of value and words; by `key` it is found again when it is drawn anew. */
export const picker = (label, chosen, list, change, key) => h("label.pick", h("span", label),
	h("select", { onchange: ({ target }) => change(target.value), "data-key": key }, list.map(([value, words]) => option(value, chosen, words))));

/** One alliance only; which there are is asked for when somebody wants to know. */
export function alliancePicker() {
	const pick = (names) => picker(t("alliance"), state.a, [["", t("all_alliances")], ...names.map((name) => [name, name])],
		(a) => go({ a, at: "", all: "" }), "alliance");
	const place = h("span", state.a ? pick([state.a]) : button(t("one_alliance"), () => load().then(() => place.querySelector("select").focus())));
	const load = () => get(ofKingdom("alliances", { date: state.date })).then(({ alliances }) =>
		place.replaceChildren(pick([...new Set([state.a, ...alliances.map((one) => one.alliance)])].filter(Boolean))), () => {});
	if (state.a) load();
	return place;
}
/** The metrics, as links. */
export const metrics = () => h("nav.tabs", { "aria-label": text("metric") },
	METRICS.map((m) => link({ m, sort: "", dir: "" }, { "aria-current": m === metric() && "true" }, t(m))));
/** The same answer as files, and the address of the view. */
export function files(url) {
	const csv = new URL(url);
	csv.pathname += ".csv";
	return h("p.files", h("a", { href: url }, "JSON"), h("a", { href: csv, download: true }, "CSV"), navigator.clipboard
		&& button(t("copy_link"), () => navigator.clipboard.writeText(location).then(() => say(text("copied"), true))));
}

/** The first value that is not in doubt: lines are drawn in proportion to it. */
export const tallest = (entries, doubt, value = (e) => e.value) =>
	(entries[0] ? value(entries.find((e) => !doubt(e)) ?? entries[0]) : 0) || 1;
export const showAll = (shown, total) => total > shown.length && link({ all: 1, at: "" }, { class: "btn" }, t("show_all", total));

/** One's own place, wherever that is on the board, and how far it is to the next. */
export function mine({ me: { entry, above }, since, days }) {
	const gap = above?.value - entry.value;
	return h("aside.mine", { "aria-label": text("you") },
		link({ at: entry.id, all: "", sort: "", dir: "" }, { class: "r", "aria-label": text("my_place", entry.rank) }, full(entry.rank)),
		since && moved(entry), card(entry),
		h("span.num", exact(entry.value, days), gap > 0 && h("span.gap", t("to_rank", short(gap), above.rank))));
}
