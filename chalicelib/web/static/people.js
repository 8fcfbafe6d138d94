// Lists of people, the long ones folded.
import { fill, h } from "./dom.js";
import { full } from "./format.js";
import { card, li, note } from "./parts.js";
import { reason } from "./suspects.js";
import { t } from "./words.js";

const LONG = 50, FIRST = 20;

export const counted = (words, number) => [words, " ", h("span", { class: "count" }, full(number))];

/** A list of people; of a long one the first few, and a button that shows the rest. */
export function people(list, item) {
	const items = (some) => some.map((one) => li(item(one)));
	const ul = h("ul", { class: "people" }, items(list.length > LONG ? list.slice(0, FIRST) : list));
	if (list.length <= LONG) return ul;
	const more = h("button", { class: "text more", type: "button", onclick: () => {
		more.remove();
		fill(ul, items(list));
		ul.children[FIRST].querySelector("a").focus();
	} }, t("show_all", list.length));
	return [ul, more];
}

/** People with the reasons why their figures are suspect; `span` has the heads `from` and `to`. */
export const suspected = (suspects, span) => people(suspects, (one) => [card(one), h("p", {}, reason(one, span))]);

/** Whom a board of gains does not rank, and why. */
export const leftOut = (gains) => gains.suspects.length > 0 && h("section", { id: "out", class: "list" },
	h("h2", {}, counted(t("left_out"), gains.suspects.length)), note(t("left_out_is")), suspected(gains.suspects, gains));
