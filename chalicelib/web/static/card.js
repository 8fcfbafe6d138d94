// A player's card, over the view: ranks, the line of a metric, names, every scan.
import { get, ofKingdom, span } from "./api.js";
import { $, fill, h, icon } from "./dom.js";
import { compact, day, exact, full, isKnown, short, shortDay, time, unknown } from "./format.js";
import { allied, button, empty, ends, files, li, moved, named, note, was } from "./parts.js";
import { FRESH, go, link, me, metric, METRICS, query, state, store } from "./state.js";
import { reason } from "./suspects.js";
import { t, text } from "./words.js";

const dialog = $("#card");
/** Back is the way out where the card was opened on this page; else the view takes its place. */
const shut = () => (history.state?.card ? history.back() : go({}, { replace: true }));
dialog.addEventListener("cancel", (event) => {
	event.preventDefault();
	shut();
});
dialog.addEventListener("close", () => {
	if (state.p) return shut();
	// What opened it may have been drawn anew meanwhile.
	const { activeElement: at } = document;
	if (at === document.body || dialog.contains(at)) {
		($(`main a[href="${query({ p: dialog.dataset.id })}"]`) ?? $("#main")).focus({ preventScroll: true });
	}
});
dialog.addEventListener("click", ({ target }) => target === dialog && shut());
const top = (...words) => [
	h("button", { class: "icon shut", type: "button", "aria-label": text("close"), onclick: shut }, "×"),
	h("h2", { id: "card-name", tabindex: -1 }, words),
];

/** Open the card of a player: at once, and filled when the answers are there. */
export async function show(id) {
	const url = ofKingdom("players/" + encodeURIComponent(id)), put = (...kids) => state.p === id && fill(dialog, kids);
	if (dialog.dataset.id !== id) put(top(h("span.late", t("loading"))));
	dialog.dataset.id = id;
	if (!dialog.open) dialog.showModal();
	// The same answer for every card of these two scans; where there is but one, none.
	const changes = get(ofKingdom("changes", { from: state.since, to: state.date })).catch(() => {});
	await Promise.all([get(url), changes, span()]).then((answers) => put(filled(url, ...answers)), (error) => {
		put(top(t(error.status === 404 ? "not_there" : "failed")), h("p.note", { role: "alert" }, error.message || t("offline")));
		if (error.status !== 404) throw error;
	}).finally(() => {
		if (!dialog.contains(document.activeElement) || document.activeElement === dialog) $("#card-name").focus();
	});
}

function filled(url, player, changes, { list }) {
	const { id, names, first_seen: first, last_seen: last } = player, newest = list[0]?.snapshot_date, mine = me() === id;
	const loose = changes?.unreliable_columns.map((one) => one.column), [ranks, plot, ...scans] = figures(player, url);
	const odd = changes?.suspects.filter((one) => one.id === id && !loose.includes(one.column));
	const fact = (words, ...kids) => h("div", h("dt", t(words)), h("dd", kids));
	const from = (start, end) => (end === newest ? t("since_day", time(start)) : start === end ? time(start) : t("from_to", time(start), time(end)));
	return [
		top(named(player)), h("p.from", allied(player.alliance), " · ", t("kingdom_n", state.k)),
		odd?.length > 0 && h("div.warn", odd.map((one) => h("p", icon("flag"), " ", reason(one, changes)))),
		last !== newest && h("p.warn", t("gone", time(last))), ranks, plot,
		h("dl.facts", fact("active", active(player, newest)), fact("seen", from(first, last)), fact("id", String(id)),
			fact("names", h("ul", names.map((one) => li(named({ ...one, id }), was(from(one.from, one.to))))))),
		ends(h("button.btn", { type: "button", "aria-pressed": String(mine), "data-key": "me", onclick: () => {
			store.set("me:" + state.k, mine ? "" : id);
			go({ p: state.p }, { replace: true });
		} }, t("this_is_me"), mine && " ✓"), last === newest && link({ ...FRESH, view: "board", at: id, date: "" }, {}, t("around")), files(url)),
		scans,
	];
}

function active({ first_seen: first, last_changed: changed, snapshots }, newest) {
	if (changed) return changed === newest ? t("gained_now") : t("idle_from", time(changed));
	return snapshots[1] ? t("idle_longer", time(first)) : t("one_scan_only");
}

/** What depends on the metric that is looked at: its rank, its line, its column. */
function figures({ snapshots: scans, next }, url) {
	const ranks = h("ul.ranks"), plot = h("div.plot"), table = h("table.hist"), more = h("p.end");
	let m = metric();
	const place = (x) => {
		const { values, ranks: { [x]: now } } = scans[0], since = scans[1]?.ranks[x], by = now && since && since.rank - now.rank;
		return li(h("button", { type: "button", "aria-pressed": String(x === m), "data-key": "m-" + x, onclick: () => {
			m = x;
			paint();
			ranks.querySelector("[aria-pressed=true]").focus();
		} }, h("span.l", t(x)), h("span.r", now ? full(now.rank) : unknown()), h("span.of", now && t("of_n", now.of)),
		moved({ ...now, since, movement: by > 0 ? "up" : by < 0 ? "down" : by === 0 ? "same" : "" }), h("span", compact(values[x]))));
	};
	const th = (...kids) => h("th.num", { scope: "col" }, kids), td = (...kids) => h("td.num", kids);
	const scan = ({ snapshot_date: date, values: { [m]: value }, ranks: { [m]: at } }, i) => {
		const before = scans[i + 1]?.values[m], change = isKnown(value) && isKnown(before) ? value - before : null;
		return h("tr", h("th", { scope: "row" }, time(date)), td(exact(value)), td(compact(change, true)), td(at ? full(at.rank) : unknown()));
	};
	const older = async () => {
		const page = await get(new URL(next, url));
		scans = [...scans, ...page.snapshots];
		next = page.next;
		paint();
	};
	function paint() {
		fill(ranks, METRICS.map(place));
		fill(plot, line(scans, m));
		fill(table, h("caption", t("every_scan")), h("thead", h("tr", h("th", { scope: "col" }, t("scan")), th(t(m)), th(t("change")), th(t("rank")))),
			h("tbody", scans.map(scan)));
		fill(more, next && button(t("older_scans"), older, "btn"));
	}
	paint();
	return [ranks, plot, table, more];
}

/** A line with gaps where a value is not known; the table below it says the same in figures. */
function line(scans, m) {
	const points = scans.map((s) => ({ date: s.snapshot_date, value: s.values[m] })).reverse(), known = points.filter((p) => isKnown(p.value));
	if (!known.length) return empty(t("none_known", text(m)));
	const values = known.map((p) => p.value), low = Math.min(...values), high = Math.max(...values), first = known[0], last = known.at(-1);
	const start = new Date(points[0].date), length = new Date(points.at(-1).date) - start || 1;
	const x = (p) => (points[1] ? 80 : 236) + ((new Date(p.date) - start) / length) * 310, y = (p) => 100 - ((p.value - low) / (high - low || 1)) * 84;
	const path = points.map((p, i) => (isKnown(p.value) ? `${isKnown(points[i - 1]?.value) ? "L" : "M"}${x(p)} ${y(p)}` : "")).join("");
	const label = (at, down, words, anchor) => h("text", { x: at, y: down, "text-anchor": anchor }, words);
	return h("svg", { viewBox: "0 0 400 130", role: "img",
		"aria-label": text("line", text(m), full(first.value), day(first.date), full(last.value), day(last.date)) },
		// Both ends of the scale are named, since it does not start at zero.
		h("path.axis", { d: "M72 16H400M72 100H400" }), low < high && label(66, 20, short(high), "end"), label(66, 104, short(low), "end"),
		h("path.line", { d: path }), known.length < 60 && known.map((p) => h("circle", {
			 class: p === last ? "dot last" : "dot", cx: x(p), cy: y(p), r: p === last ? 4.5 : 2.5 })),
		label(x(points[0]), 124, shortDay(points[0].date), "middle"), points[1] && label(398, 124, shortDay(points.at(-1).date), "end"));
}
