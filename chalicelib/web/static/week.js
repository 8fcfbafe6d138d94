// What happened between two scans: who came, who went, who is called otherwise, what looks misread.
import { get, ofKingdom } from "./api.js";
import { heading } from "./between.js";
import { fill, h, icon, say, shown } from "./dom.js";
import { compact, day, full } from "./format.js";
import { allied, bar, button, card, ends, files, li, named, note, strong, was } from "./parts.js";
import { state } from "./state.js";
import { distrust, reason } from "./suspects.js";
import { has, t, text } from "./words.js";

const LONG = 50, FIRST = 20, KINDS = ["jump", "fell", "zeroed", "back_from_zero", "tiers"];
const withPower = (one) => [card(one), h("span.of", allied(one.alliance)), h("span.num", compact(one.power))];
/** Each list of the answer, and what stands in a line of it. */
const LISTS = {
	joined: withPower, left: withPower, returned: withPower, below_cut: withPower, came_into_view: withPower,
	renamed: (one) => [card(one), was(t("was", named({ name: one.before, id: one.id })))],
	changed_alliance: (one) => [card(one), was(allied(one.before), shown(" → "), allied(one.alliance))],
};

export async function view() {
	const url = ofKingdom("changes", { from: state.since, to: state.date });
	let changes;
	try {
		changes = await get(url);
	} catch (error) {
		return (await import("./instead.js")).instead(error);
	}
	const { from, to } = changes, floors = { below_cut: to.floor, came_into_view: from.floor };
	// Those of a column that nobody should trust would hide the others.
	const loose = changes.unreliable_columns.map((one) => one.column);
	const suspects = changes.suspects.filter(({ kind, column }) => kind === "tiers" || !loose.includes(column));
	const tally = (key, { length }) => li(h(length ? "a" : "span", { href: length > 0 && "#" + key },
		strong(length), " ", h("span", t(key))));
	const told = ["joined", "left"].map((key) => `${text(key)}: ${full(changes[key].length)}`);
	say([text("from_to", day(from.snapshot_date), day(to.snapshot_date)), ...told].join(", "));
	return [
		bar(heading(changes), note(t("then_and_now", strong(from.players), strong(to.players)))),
		h("ul.counts", Object.keys(LISTS).map((key) => tally(key, changes[key])), tally("suspects", suspects)),
		distrust(changes.unreliable_columns),
		h("div.cols", Object.keys(LISTS).filter((key) => changes[key].length).map((key) => h("section.list", { id: key },
			h("h2", counted(t(key), changes[key].length)),
			has(key + "_is") && note(t(key + "_is", key in floors && full(floors[key]))),
			people(changes[key], LISTS[key])))),
		suspects.length > 0 && h("section.list", { id: "suspects" }, h("h2", icon("flag"), " ", counted(t("suspects"), suspects.length)),
			note(t("suspects_is")), h("div.cols", KINDS.map((kind) => ofKind(kind, suspects.filter((one) => one.kind === kind), changes)))),
		ends(files(url)),
	];
}

const counted = (words, number) => [words, " ", h("span.count", full(number))];

/** People; of a long list the first few, and a button that shows all. */
function people(list, item) {
	const items = (some) => some.map((one) => li(item(one))), long = list.length > LONG;
	const ul = h("ul.people", items(long ? list.slice(0, FIRST) : list));
	const all = button(t("show_all", list.length), () => {
		all.remove();
		fill(ul, items(list));
		ul.children[FIRST].querySelector("a").focus();
	}, "text");
	return [ul, long && all];
}
const ofKind = (kind, list, heads) => list.length > 0 && h("section.list", h("h3", counted(t("kind_" + kind), list.length)),
	people(list, (one) => [card(one), h("p", reason(one, heads))]));
