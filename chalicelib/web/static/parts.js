// Pieces that several views are made of.
import { arms } from "./arms.js";
import { h, icon, shown, sr } from "./dom.js";
import { compact, day, exact, full, isKnown } from "./format.js";
import { go, link, me, metric, METRICS, state } from "./state.js";
import { flag } from "./suspects.js";
import { t, text } from "./words.js";

/** A name that is made of fillers only is none to a reader. */
export const visible = (name) => (name ?? "").replace(/[\p{C}\p{Z}\u3164\u115F\u1160\uFFA0\u2800\u034F]/gu, "");
export const named = (player) => visible(player.name)
	? h("bdi", { class: "name", dir: "auto" }, player.name)
	: h("span", { class: "name none" }, t("no_name", String(player.id)));
export const allied = (alliance) => visible(alliance)
	? h("span", { class: "tag" }, arms(alliance, 12), h("bdi", { dir: "auto" }, alliance))
	: h("span", { class: "tag none" }, t("no_alliance"));
/** A name that opens the player's card. */
export const card = (player) => link({ p: player.id }, {}, named(player));

/** Which way somebody moved: by shape and words, never by colour alone. */
export function moved({ rank, since, movement }) {
	const box = (...kids) => h("span", { class: "mv " + movement }, kids);
	if (movement === "up" || movement === "down") {
		return box(icon(movement), sr(t("moved_" + movement), " "), full(Math.abs(since.rank - rank)));
	}
	if (movement === "same") return box(shown("="), sr(t("moved_same")));
	if (movement === "unknown") return box(shown("?"), sr(t("not_known")));
	return box(movement === "new" && t("moved_new"));
}

export const bar = (...kids) => h("div", { class: "bar" }, kids);
export const note = (...kids) => h("p", { class: "note" }, kids);
export const empty = (...kids) => h("p", { class: "empty" }, kids);
export const ends = (...kids) => h("div", { class: "end" }, kids);
export const under = (...kids) => h("span", { class: "under" }, kids);
export const was = (...kids) => h("span", { class: "was" }, kids);
export const li = (...kids) => h("li", {}, kids);
export const strong = (number) => h("b", {}, full(number));
export const option = (value, chosen, ...kids) => h("option", { value, selected: String(value) === String(chosen) }, kids);
/** A labelled choice: `list` of value and words. */
export const picker = (label, chosen, list, change) => h("label", { class: "pick" }, h("span", {}, label),
	h("select", { onchange: (event) => change(event.target.value) }, list.map(([value, words]) => option(value, chosen, words))));
/** The metrics, as links. */
export const metrics = () => h("nav", { class: "tabs", "aria-label": text("metric") },
	METRICS.map((m) => link({ m, sort: "", dir: "" }, { "aria-current": m === metric() && "true" }, t(m))));
/** The same answer as files, and the address of the view. */
export function files(url) {
	const csv = new URL(url);
	csv.pathname += ".csv";
	const copy = ({ target }) => navigator.clipboard.writeText(location.href).then(() => (target.textContent = text("copied")));
	return h("p", { class: "files" }, h("a", { href: url }, "JSON"), h("a", { href: csv, download: true }, "CSV"),
		navigator.clipboard && h("button", { class: "text", type: "button", onclick: copy }, t("copy_link")));
}

/** A row of players: one's own is tinted, the first three stand out where no figure is in doubt. */
export function row(player, honour, ...cells) {
	const mine = player.id === me();
	const kind = [mine && "me", honour && player.rank <= 3 && "top"].filter(Boolean).join(" ");
	return h("tr", { class: kind || null, "aria-current": mine && "true" }, cells);
}
export const rankCell = (rank, ...more) => h("td", { class: "rank" }, h("span", { class: "r" }, full(rank)), more.length > 0 && under(more));
export const whoCell = (player, ...more) => h("th", { scope: "row", class: "who" }, card(player), under(allied(player.alliance), more));
export const allianceCell = (player) => h("td", { class: "alli wide" }, allied(player.alliance));
export const numberCell = (...kids) => h("td", { class: "num wide" }, kids);
/** The chosen figure, with its part of the first one as a line, its flag, and more below it. */
export function valueCell(value, part, { suspects = [], doubt = suspects.length > 0, span, sign = false } = {}, ...more) {
	return h("td", { class: "num main" + (doubt ? " doubt" : ""), vars: { "--bar": Math.max(0, Math.min(1, part || 0)) } },
		h("i", { class: "rule" }), h("div", { class: "val" }, suspects.length > 0 && flag(suspects, span), exact(value, sign), under(more)));
}
/** The first value that is not in doubt: lines are drawn in proportion to it. */
export const tallest = (entries, doubt = (entry) => entry.suspects?.length) => (entries.find((entry) => !doubt(entry)) ?? entries[0])?.value || 1;
