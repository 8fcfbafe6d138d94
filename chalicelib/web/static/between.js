// What is said of two scans: which two, whom they do not let rank, lists of people.
import { span } from "./api.js";
import { fill, h } from "./dom.js";
import { day, full, shortDay, time } from "./format.js";
import { button, card, empty, ends, li } from "./parts.js";
import { link } from "./state.js";
import { reason } from "./suspects.js";
import { t, text } from "./words.js";

const DAY = 864e5, LONG = 50, FIRST = 20;

export function heading({ from: { snapshot_date: from }, to: { snapshot_date: to } }) {
	const format = from.slice(0, 4) === to.slice(0, 4) ? shortDay : day;
	return h("h2.lead", t("from_to", time(from, format), time(to, format)));
}

/** Other spans up to the same scan: from the scans nearest to one, two and four weeks before, and from the first. */
export async function spans({ from, to }) {
	const { older } = await span(), days = ({ snapshot_date: date }) => (new Date(to.snapshot_date) - new Date(date)) / DAY;
	const nearest = (wanted) => older.reduce((a, b) => (Math.abs(days(b) - wanted) <= Math.abs(days(a) - wanted) ? b : a));
	const scans = [...new Set([7, 14, 28, 1e6].map(nearest))];
	return scans.length > 1 && h("nav", { class: "tabs spans", "aria-label": text("span") }, scans.map((scan) => link(
		{ since: scan.snapshot_date, at: "" }, { "aria-current": scan.snapshot_date === from.snapshot_date && "true" },
		days(scan) % 7 ? t("days", days(scan)) : t("weeks", days(scan) / 7))));
}

/** In place of a view of two scans where there is one; any other error is raised again. */
export async function firstScan(error) {
	const { list, older } = error.status === 404 ? await span() : {};
	if (!list?.length || older.length) throw error;
	return [empty(t("one_scan")), list.length > 1 && ends(link({ date: "" }, { class: "btn" }, t("newest_two")))];
}

export const counted = (words, number) => [words, " ", h("span.count", full(number))];

/** People; of a long list the first few, and a button that shows all. */
export function people(list, item) {
	const items = (some) => some.map((one) => li(item(one))), long = list.length > LONG;
	const ul = h("ul.people", items(long ? list.slice(0, FIRST) : list));
	const all = button(t("show_all", list.length), () => {
		all.remove();
		fill(ul, items(list));
		ul.children[FIRST].querySelector("a").focus();
	}, "text");
	return [ul, long && all];
}
/** People and why their figures are suspect; `heads` are `from` and `to`. */
export const suspected = (suspects, heads) => people(suspects, (one) => [card(one), h("p", reason(one, heads))]);
