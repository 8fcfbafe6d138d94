// Which two scans a view is of, and other spans up to the same scan.
import { span } from "./api.js";
import { h } from "./dom.js";
import { shortDay, time } from "./format.js";
import { link } from "./state.js";
import { t, text } from "./words.js";

export const heading = ({ from, to }) => h("h2.lead", t("from_to", time(from.snapshot_date, shortDay), time(to.snapshot_date)));

/** Other spans up to the same scan: from the scans nearest to one, two and four weeks before, and from the first. */
export async function spans({ from, to }) {
	const { older } = await span(), days = ({ snapshot_date: date }) => (new Date(to.snapshot_date) - new Date(date)) / 864e5;
	const nearest = (wanted) => older.reduce((a, b) => (Math.abs(days(b) - wanted) <= Math.abs(days(a) - wanted) ? b : a));
	const scans = [...new Set([7, 14, 28, 1e6].map(nearest))];
	return scans.length > 1 && h("nav", { class: "tabs spans", "aria-label": text("span") }, scans.map((scan) => link(
		{ since: scan.snapshot_date, at: "" }, { "aria-current": scan.snapshot_date === from.snapshot_date && "true" },
		days(scan) % 7 ? t("days", days(scan)) : t("weeks", days(scan) / 7))));
}
