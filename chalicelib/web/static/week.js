// What happened between two scans: who came, who went, who is called otherwise, what looks misread.
import {
	allied, bar, button, card, compact, day, distrust, ends, fill, full, get, h, has, heading, icon, li, named,
	note, ofKingdom, reason, say, shown, state, strong, t, text, was,
} from "./kit.js";

const LONG = 50, FIRST = 20, KINDS = ["jump", "fell", "zeroed", "back_from_zero", "tiers"];
const withPower = (one) => [card(one), h("span.of", allied(one.alliance)), h("span.num", compact(one.power))];
/** Each list of the answer, and what stands in a line of it. */
const LISTS = {
	joined: withPower, left: withPower, returned: withPower, below_cut: withPower, came_into_view: withPower,
	renamed: (one) => [card(one), was(t("was", named({ name: one.before, id: one.id })))],
	changed_alliance: (one) => [card(one), was(allied(one.before), shown(" → "), allied(one.alliance))],
};

export async function view() {
	const url = ofKingdom("changes", { from: state.since, to: state.date }), changes = await get(url);
	const { from, to, unreliable_columns: loose } = changes;
	const floors = { below_cut: to.floor, came_into_view: from.floor };
	// Those of a column that nobody should trust would hide the others.
	const suspects = changes.suspects.filter(({ kind, column }) =>
		kind === "tiers" || !loose.some((one) => one.column === column));
	const tally = (key, { length }) => li(h(length ? "a" : "span", { href: length > 0 && "#" + key },
		strong(length), " ", h("span", t(key))));
	const told = ["joined", "left"].map((key) => `${text(key)}: ${full(changes[key].length)}`);
	say([text("from_to", day(from), day(to)), ...told].join(", "));
	return [
		bar(heading(changes), note(t("then_and_now", strong(from.players), strong(to.players)))),
		h("ul.counts", Object.keys(LISTS).map((key) => tally(key, changes[key])), tally("suspects", suspects)),
		distrust(loose),
		h("div.cols", Object.keys(LISTS).map((key) => section(key, changes[key], [
			has(key + "_is") && note(t(key + "_is", key in floors && full(floors[key]))),
			people(changes[key], LISTS[key]),
		]))),
		section("suspects", suspects, [note(t("suspects_is")), h("div.cols", KINDS.map((kind) => {
			const some = suspects.filter((one) => one.kind === kind);
			const lines = people(some, (one) => [card(one), h("p", reason(one, changes))]);
			return section("kind_" + kind, some, lines, "h3");
		}))]),
		ends(url),
	];
}

/** A list under its heading, with how many there are; nothing where nobody is. */
const section = (key, { length }, kids, level = "h2") => length > 0 && h("section.list", { id: key },
	h(level, key === "suspects" && [icon("flag"), " "], t(key), " ", h("span.count", full(length))), kids);

/** People; of a long list the first few, and a button that shows all. */
function people(list, item) {
	const items = (some) => some.map((one) => li(item(one))), long = list.length > LONG;
	const ul = h("ul.people", items(long ? list.slice(0, FIRST) : list));
	const all = long && button(t("show_all", list.length), () => {
		all.remove();
		fill(ul, items(list));
		ul.children[FIRST].querySelector("a").focus();
	});
	return [ul, all];
}
