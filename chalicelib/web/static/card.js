// A player's card, over the view: ranks, the line of a metric, names, every scan.
import { get, ofKingdom, snapshots } from "./api.js";
import { $, fill, h, icon } from "./dom.js";
import { compact, day, exact, full, isKnown, short, shortDay, time, unknown } from "./format.js";
import { allied, button, empty, ends, files, li, moved, named, note, was } from "./parts.js";
import { go, link, me, metric, METRICS, query, state, store } from "./state.js";
import { reason } from "./suspects.js";
import { t, text } from "./words.js";

const dialog = $("#card");
/** Back is the way out where the card was opened on this page; else the view takes its place. */
const shut = () => (history.state?.card ? history.back() : go({ p: "" }, { replace: true }));
dialog.addEventListener("cancel", (event) => {
	event.preventDefault();
	shut();
});
dialog.addEventListener("close", () => {
	if (state.p) shut();
	// What opened it may have been drawn anew meanwhile.
	if (document.activeElement === document.body) ($(`main a[href="${query({ p: dialog.dataset.id })}"]`) ?? $("#main")).focus({ preventScroll: true });
});
dialog.addEventListener("click", ({ target }) => target === dialog && shut());
const closer = () => h("button", { class: "icon shut", type: "button", "aria-label": text("close"), onclick: shut }, "×");

/** Open the card of a player: at once, and filled when the answers are there. */
export async function show(id) {
	if (dialog.dataset.id !== id) fill(dialog, closer(), h("h2.late", { id: "card-name" }, t("loading")));
	dialog.dataset.id = id;
	if (!dialog.open) dialog.showModal();
	const url = ofKingdom("players/" + encodeURIComponent(id));
	// The same answer for every card of these two scans. A first scan has none.
	const changes = get(ofKingdom("changes", { from: state.since, to: state.date })).catch(() => null);
	try {
		const answers = await Promise.all([get(url), changes, snapshots()]);
		if (state.p === id) fill(dialog, filled(url, ...answers));
	} catch (error) {
		if (state.p === id) fill(dialog, closer(), heading(t("not_there")), note(error.message || t("offline")));
		if (error.status !== 404) throw error;
	}
	if (!dialog.contains(document.activeElement) || document.activeElement === dialog) $("#card-name").focus();
}
const heading = (...kids) => h("h2", { id: "card-name", tabindex: -1 }, kids);

function filled(url, player, changes, list) {
	const { id, name, snapshots: scans, names, first_seen: first, last_seen: last } = player, newest = list[0]?.snapshot_date;
	const loose = (changes?.unreliable_columns ?? []).map((one) => one.column);
	const odd = (changes?.suspects ?? []).filter((one) => one.id === id && !loose.includes(one.column));
	const mine = me() === id, pin = () => {
		store.set("me:" + state.k, mine ? "" : String(id));
		go({}, { replace: true, entry: history.state });
	};
	const fact = (words, ...kids) => h("div", h("dt", t(words)), h("dd", kids));
	return [
		closer(), h("p.from", allied(player.alliance), " · ", t("kingdom_n", state.k)), heading(named(player)),
		odd.map((one) => h("p.warn", icon("flag"), " ", reason(one, changes))),
		last !== newest && h("p.warn", t("gone", time(last))),
		figures(player, url),
		h("dl.facts", fact("active", active(player, newest)), fact("seen", t("from_to", time(first), time(last))), fact("id", String(id)),
			names.length > 1 && fact("names", h("ul", names.map((one) => li(named({ ...one, id }),
				was(one.from === one.to ? time(one.from) : t("from_to", time(one.from), time(one.to)))))))),
		ends(h("button.btn", { type: "button", "aria-pressed": String(mine), "data-key": "me", onclick: pin }, t("this_is_me"), mine && " ✓"),
			last === newest && link({ view: "board", at: id, p: "", q: "", idle: "", a: "", all: "", sort: "", dir: "", date: "" }, {}, t("around")), files(url)),
	];
}

function active({ first_seen: first, last_changed: changed, snapshots: scans }, newest) {
	if (changed) return changed === newest ? t("gained_now") : t("idle_from", time(changed));
	return scans.length > 1 ? t("idle_longer", time(first)) : t("one_scan_only");
}

/** What depends on the metric that is looked at: its button, its line, its column. */
function figures({ snapshots: scans, next }, url) {
	const ranks = h("ul.ranks"), plot = h("div.plot"), table = h("table.hist"), more = h("div");
	let m = metric();
	const place = (x) => {
		const now = scans[0].ranks[x], then = scans[1]?.ranks[x];
		const movement = !now || !then ? "" : then.rank > now.rank ? "up" : then.rank < now.rank ? "down" : "same";
		return li(h("button", { type: "button", "aria-pressed": String(x === m), "data-key": "m-" + x, onclick: () => {
			m = x;
			paint();
			ranks.querySelector("[aria-pressed=true]").focus();
		} }, h("span.l", t(x)), h("span.r", now ? full(now.rank) : unknown()), h("span.of", now && t("of_n", now.of)),
		moved({ rank: now?.rank, since: then, movement }), h("span.v", compact(scans[0].values[x]))));
	};
	const th = (...kids) => h("th.num", { scope: "col" }, kids), td = (...kids) => h("td.num", kids);
	const scan = ({ snapshot_date: date, values, ranks: places }, i) => {
		const before = scans[i + 1]?.values[m], value = values[m];
		return h("tr", h("th", { scope: "row" }, time(date)), td(exact(value)),
			td(compact(isKnown(value) && isKnown(before) ? value - before : null, true)), td(places[m] ? full(places[m].rank) : unknown()));
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

const W = 400, TOP = 24, LOW = 112, H = 132;
/** A line with gaps where a value is not known; the table below it says the same in figures. */
function line(scans, m) {
	const points = scans.map((s) => ({ date: s.snapshot_date, time: +new Date(s.snapshot_date), value: s.values[m] })).reverse();
	const known = points.filter((p) => isKnown(p.value)), values = known.map((p) => p.value);
	if (!known.length) return empty(t("none_known", text(m)));
	const start = points[0].time, end = points.at(-1).time, low = Math.min(...values), high = Math.max(...values);
	const x = (p) => (end > start ? 8 + ((p.time - start) / (end - start)) * (W - 16) : W / 2);
	const y = (p) => (high > low ? LOW - 6 - ((p.value - low) / (high - low)) * (LOW - 12 - TOP) : (LOW + TOP) / 2);
	let path = "", pen = "M";
	for (const p of points) {
		if (isKnown(p.value)) path += `${pen}${x(p).toFixed(1)} ${y(p).toFixed(1)}`;
		pen = isKnown(p.value) ? "L" : "M";
	}
	const first = known[0], last = known.at(-1);
	const label = (at, down, words, anchor) => h("text", { x: at, y: down, "text-anchor": anchor }, words);
	return h("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": text("line", text(m), full(first.value), day(first.date), full(last.value), day(last.date)) },
		// Both ends of the scale are named: it does not start at zero.
		high > low && [label(0, TOP - 8, short(high)), label(0, LOW - 2, short(low))], h("path.axis", { d: `M0 ${TOP}h${W}M0 ${LOW}h${W}` }),
		h("path.line", { d: path }), known.length < 60 && known.map((p) => h("circle", { class: p === last ? "dot last" : "dot", cx: x(p), cy: y(p), r: p === last ? 4.5 : 2.5 })),
		label(0, H - 3, shortDay(points[0].date)), points.length > 1 && label(W, H - 3, shortDay(points.at(-1).date), "end"));
}
