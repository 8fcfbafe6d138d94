// What happened between two scans: who came, who went, who is called otherwise, what looks misread.
import { get, ofKingdom } from "./api.js";
import { h, icon, say, shown, sr } from "./dom.js";
import { compact, day, full } from "./format.js";
import { allied, bar, card, ends, files, li, named, note, strong, was } from "./parts.js";
import { counted, people, suspected } from "./people.js";
import { firstScan, heading, unreliable } from "./span.js";
import { state } from "./state.js";
import { has, t, text } from "./words.js";

const KINDS = ["jump", "fell", "zeroed", "back_from_zero", "tiers"];

export async function view() {
	const url = ofKingdom("changes", { from: state.since, to: state.date });
	let changes;
	try {
		changes = await get(url);
	} catch (error) {
		return firstScan(error);
	}
	const { from, to } = changes;
	// Those of a column that nobody should trust would hide the others.
	const loose = changes.unreliable_columns.map((one) => one.column);
	const suspects = changes.suspects.filter((one) => one.kind === "tiers" || !loose.includes(one.column));
	const parts = lists(changes).map((part) => ({ ...part, list: changes[part.key] }));
	say(text("week_said", day(from.snapshot_date), day(to.snapshot_date), full(changes.joined.length), full(changes.left.length)));
	return [
		bar(heading(changes), note(t("then_and_now", strong(from.players), strong(to.players)))),
		h("ul", { class: "counts" }, [...parts, { key: "suspects", list: suspects }].map(({ key, list }) => tally(key, list.length))),
		unreliable(changes.unreliable_columns),
		h("div", { class: "cols" }, parts.filter(({ list }) => list.length).map(section)),
		suspects.length > 0 && h("section", { id: "suspects", class: "list" },
			h("h2", {}, icon("flag"), " ", counted(t("suspects"), suspects.length)), note(t("suspects_is")),
			h("div", { class: "cols" }, KINDS.map((kind) => byKind(kind, suspects.filter((one) => one.kind === kind), changes)))),
		ends(files(url)),
	];
}

/** The lists, each with what its people are shown with. */
function lists({ from, to }) {
	const withPower = (one) => [card(one), h("span", { class: "of" }, allied(one.alliance)), h("span", { class: "num" }, compact(one.power))];
	const people = ["joined", "left", "returned", "below_cut", "came_into_view"].map((key) => ({ key, item: withPower }));
	const arrow = [shown(" → "), sr(" ", t("now"), " ")];
	return [
		...people,
		{ key: "renamed", item: (one) => [card(one), was(t("was"), " ", named({ name: one.before, id: one.id }))] },
		{ key: "changed_alliance", item: (one) => [card(one), was(allied(one.before), arrow, allied(one.alliance))] },
	].map((part) => ({ ...part, floor: { below_cut: to.floor, came_into_view: from.floor }[part.key] }));
}

const tally = (key, number) => li(h(number ? "a" : "span", { href: number > 0 && "#" + key }, strong(number), " ", h("span", {}, t(key))));

const section = ({ key, list, item, floor }) => h("section", { id: key, class: "list" }, h("h2", {}, counted(t(key), list.length)),
	has(key + "_is") && note(t(key + "_is", floor && full(floor))), people(list, item));

const byKind = (kind, list, span) => list.length > 0 && h("section", { class: "list" },
	h("h3", {}, counted(t("kind_" + kind), list.length)), suspected(list, span));
