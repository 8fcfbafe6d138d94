// The two scans that a view is about, and the first one, which has nothing before it.
import { ApiError, snapshots } from "./api.js";
import { h } from "./dom.js";
import { day, shortDay, time } from "./format.js";
import { empty, ends } from "./parts.js";
import { link, state } from "./state.js";
import { has, t, text } from "./words.js";

const DAY = 86400000;
const between = (from, to) => (new Date(to) - new Date(from)) / DAY;
/** Weeks where they are whole, as players count. */
export const lasting = (days) => (days % 7 ? t("days", days) : t("weeks", days / 7));

export function heading({ from, to }) {
	const sameYear = from.snapshot_date.slice(0, 4) === to.snapshot_date.slice(0, 4), format = sameYear ? shortDay : day;
	return h("h2", { class: "lead" }, t("from_to", time(from.snapshot_date, format), time(to.snapshot_date, format)));
}

/** Longer and shorter spans to the same scan: the scans nearest to one, two and four weeks ago, and the first. */
export async function spans({ from, to }) {
	const older = (await snapshots()).map((s) => s.snapshot_date).filter((date) => date < to.snapshot_date);
	const off = (date, days) => Math.abs(between(date, to.snapshot_date) - days);
	const nearest = [7, 14, 28, Infinity].map((days) => older.reduce((a, b) => (off(b, days) <= off(a, days) ? b : a)));
	const dates = [...new Set(nearest)];
	return dates.length > 1 && h("nav", { class: "tabs spans", "aria-label": text("span") }, dates.map((date) => link(
		{ since: date === older[0] ? "" : date }, { "aria-current": date === from.snapshot_date && "true" },
		lasting(between(date, to.snapshot_date)))));
}

/** In place of a view for which there is no scan before; any other error is raised again. */
export async function firstScan(error) {
	const dates = error instanceof ApiError && error.status === 404 ? (await snapshots()).map((s) => s.snapshot_date) : [];
	const shown = state.date || dates[0];
	if (!dates.length || shown !== dates.at(-1) || state.since) throw error;
	return [empty(t("one_scan")), dates.length > 1 && ends(link({ date: "" }, { class: "btn" }, t("newest_two")))];
}

/** Columns that cannot be trusted between the two scans: told once, not player by player. */
export const unreliable = (columns) => columns.map(({ column, fell, players }) => h("p", { class: "warn" },
	t("unreliable", h("b", {}, has(column) ? t(column) : column), fell, players)));
