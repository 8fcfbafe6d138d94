// A player's card, over the view: ranks, the line of a metric, names, every scan.
import {
	$, allied, button, compact, day, empty, ends, exact, fill, FRESH, full, get, go, h, icon, inDoubt, isKnown,
	li, link, me, metric, METRICS, moved, named, ofKingdom, on, query, reason, short, shortDay, since, span, sr,
	state, store, suspicion, t, text, time, unknown, was,
} from "./kit.js";

const dialog = $("#card");
/** Back is the way out where the card was opened on this page; else the view takes its place. */
const shut = () => (history.state?.card ? history.back() : go({}, true));
on(dialog, "cancel", (event) => {
	event.preventDefault();
	shut();
});
on(dialog, "close", () => {
	if (state.p) return shut();
	// What opened it may have been drawn anew meanwhile.
	if (!$(":focus:not(#card *)")) {
		($(`main a[href="${query({ p: dialog.dataset.id })}"]`) ?? $("#main")).focus({ preventScroll: true });
	}
});
on(dialog, "click", ({ target }) => target === dialog && shut());
const top = (...words) => [
	h("button.icon shut", { label: text("close"), onclick: shut }, "×"),
	h("h2", { id: "card-name", tabindex: -1 }, words),
];

/** Open the card of a player: at once, and filled when the answers are there. */
export async function show(id) {
	const url = ofKingdom("players/" + encodeURIComponent(id));
	const put = (...kids) => state.p === id && fill(dialog, kids);
	if (dialog.dataset.id !== id) put(top(h("span.late", t("loading"))));
	dialog.dataset.id = id;
	if (!dialog.open) dialog.showModal();
	// The same answer for every card of these two scans; where there is but one, none.
	const changes = () => get(ofKingdom("changes", { from: since(), to: state.date })).catch(() => {});
	await Promise.all([get(url), span(), changes()]).then(async ([player, scans]) => {
		// By now it is known with which scan the metric is compared; mostly it is the one that was asked for.
		put(filled(url, player, await changes(), scans));
	}, (error) => {
		const lost = error.status === 404;
		put(top(t(lost ? "not_there" : "failed")),
			h("p.note", { role: "alert" }, t(lost ? "nobody_has" : error.status ? "late" : "offline", id)));
		if (!lost) throw error;
	}).finally(() => {
		if (!$("#card :focus")) $("#card-name").focus();
	});
}

function filled(url, player, changes, { list }) {
	const { id, alliance, names, first_seen: first, last_seen: last } = player, mine = me() === id;
	const newest = list[0]?.snapshot_date, loose = changes?.unreliable_columns.map((one) => one.column);
	const odd = changes?.suspects.filter((one) => one.id === id && !loose.includes(one.column)) ?? [];
	const [ranks, plot, ...scans] = figures(player, url, changes?.to.snapshot_date, odd);
	const fact = (words, ...kids) => h("div", h("dt", t(words)), h("dd", kids));
	const from = (start, end) => (end === newest ? t("since_day", time(start))
		: start === end ? time(start) : t("from_to", time(start), time(end)));
	const pressed = () => {
		store.set("me:" + state.k, mine ? "" : id);
		go({ p: state.p }, true);
	};
	return [
		top(named(player)), h("p.from", allied(alliance), " · ", t("kingdom_n", state.k)),
		odd[0] && h("div.warn", odd.map((one) => h("p", icon("flag"), " ", reason(one, changes)))),
		last !== newest && h("p.warn", t("gone", time(last))), ranks, plot,
		h("dl.facts", fact("active", active(player, newest)), fact("seen", from(first, last)),
			fact("id", String(id)),
			fact("names", h("ul", names.map((one) => li(named({ ...one, id }), was(from(one.from, one.to))))))),
		ends(url, h("button.btn", { "aria-pressed": String(mine), "data-key": "me", onclick: pressed },
			t("this_is_me"), mine && " ✓"),
		last === newest && link({ ...FRESH, view: "board", at: id, date: "" }, {}, t("around"))),
		scans,
	];
}

function active({ first_seen: first, last_changed: changed, snapshots }, newest) {
	if (changed) return changed === newest ? t("gained_now") : t("idle_from", time(changed));
	return snapshots[1] ? t("idle_longer", time(first)) : t("one_scan_only");
}

/** What depends on the metric that is looked at: rank, line, column; `odd` are the suspects of `date`. */
function figures({ snapshots: scans, next }, url, date, odd) {
	const ranks = h("ul.ranks"), plot = h("div.plot"), table = h("table.hist"), more = h("p.end");
	let m = metric();
	const doubted = (scan, x) => scan.snapshot_date === date
		&& inDoubt({ suspects: odd, value: scan.values[x] }, x) && [icon("flag"), sr(suspicion(odd)), " "];
	const place = (x) => {
		const [newest, ...rest] = scans, now = newest.ranks[x], past = rest.find((one) => one.ranks[x])?.ranks[x];
		const by = past?.rank - now?.rank, onclick = () => {
			m = x;
			paint();
			ranks.querySelector("[aria-pressed=true]").focus();
		};
		return li(h("button", { "aria-pressed": String(x === m), "data-key": "m-" + x, onclick },
			h("span.l", t(x)), h("span.r", now ? full(now.rank) : unknown(), " ", now && doubted(newest, x)),
			h("span.of", now && t("of_n", now.of)),
			moved({ ...now, since: past, movement: by > 0 ? "up" : by < 0 ? "down" : by === 0 ? "same" : "" }),
			h("span", compact(newest.values[x]))));
	};
	const th = (...kids) => h("th.num", { scope: "col" }, kids), td = (...kids) => h("td.num", kids);
	const scan = (one, i) => {
		const value = one.values[m], rank = one.ranks[m]?.rank, rest = scans.slice(i + 1);
		const before = rest.find((other) => isKnown(other.values[m]));
		const by = isKnown(value) && before ? value - before.values[m] : null;
		return h("tr", h("th", { scope: "row" }, time(one)), td(doubted(one, m), exact(value)),
			td(isKnown(by) && before !== rest[0] && [h("small", t("since_day", time(before, shortDay))), " "],
				compact(by, true)), td(rank ? full(rank) : unknown()));
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
		fill(table, h("caption", t("every_scan")), h("thead", h("tr",
			h("th", { scope: "col" }, t("scan")), th(t(m)), th(t("change")), th(t("rank")))),
			h("tbody", scans.map(scan)));
		fill(more, next && button(t("older_scans"), older, "btn"));
	}
	paint();
	return [ranks, plot, table, more];
}

/** A line, dotted where a value is not known; the table below it says the same in figures. */
function line(scans, m) {
	const points = scans.map((scan) => ({ at: new Date(scan.snapshot_date), value: scan.values[m] })).reverse();
	const known = points.filter(({ value }) => isKnown(value)), values = known.map(({ value }) => value);
	if (!known[0]) return empty(t("none_known", text(m)));
	const low = Math.min(...values), high = Math.max(...values), first = known[0], last = known.at(-1);
	const start = points[0].at, end = points.at(-1).at;
	const x = ({ at }) => (points[1] ? 80 : 236) + ((at - start) / (end - start || 1)) * 310;
	const y = ({ value }) => 100 - ((value - low) / (high - low || 1)) * 84;
	const path = points.map((p, i) =>
		(isKnown(p.value) ? `${isKnown(points[i - 1]?.value) ? "L" : "M"}${x(p)} ${y(p)}` : "")).join("");
	const label = (at, down, words, anchor) => h("text", { x: at, y: down, "text-anchor": anchor }, words);
	return h("svg", { viewBox: "0 0 400 130", role: "img",
		label: text("line", text(m), full(first.value), day(first.at), full(last.value), day(last.at)) },
	// Both ends of the scale are named, since it does not start at zero.
	h("path.axis", { d: "M72 16H400M72 100H400" }), low < high && label(66, 20, short(high), "end"),
	label(66, 104, short(low), "end"),
	h("path.line far", { d: "M" + known.map((p) => `${x(p)} ${y(p)}`).join("L") }),
	h("path.line", { d: path }), known.length < 60 && known.map((p) =>
		h("circle", { class: p === last ? "dot last" : "dot", cx: x(p), cy: y(p), r: p === last ? 4.5 : 2.5 })),
	label(x(points[0]), 124, shortDay(start), "middle"), points[1] && label(398, 124, shortDay(end), "end"));
}
