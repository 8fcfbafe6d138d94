// Draws what the address says: the masthead, one view, and a player's card over it.
import { ApiError, forget, getFresh, kingdoms, ofKingdom, snapshots, span } from "./api.js";
import { arms } from "./arms.js";
import { $, fill, h, say } from "./dom.js";
import { day } from "./format.js";
import { button, empty, option } from "./parts.js";
import { FRESH, go, keepPlace, link, me, metric, METRICS, onChange, place, query, read, state, store } from "./state.js";
import { lang, LANGUAGES, t, text } from "./words.js";

/** Each view is a module with `view()`: what stands in the page's main part. */
const VIEWS = {
	board: () => import("./board.js"), gains: () => import("./gains.js"), week: () => import("./week.js"),
	alliances: () => import("./alliances.js"), kingdoms: () => import("./kingdoms.js"), find: () => import("./find.js"),
};
/** How often an open page asks whether there is a new scan; at home the file was just dropped. */
const SECONDS = /^(localhost|127\.|\[::1)/.test(location.hostname) ? 2 : 60;
/** How long to wait with the next try where the answer does not say it. */
const PATIENCE = { 0: 10, 429: 5, 503: 5 };

let drawing = 0, drawn = "", known = "", again = draw, retry;

onChange(draw);
async function draw() {
	const mine = ++drawing, main = $("#main"), back = focusKept();
	clearTimeout(retry);
	read();
	main.setAttribute("aria-busy", "true");
	if (!state.p && $("#card").open) $("#card").close();
	try {
		state.k ||= String((await kingdoms())[0]?.kingdom ?? "");
		if (!state.k) return fill(main, empty(t("no_kingdoms")));
		const name = state.view in VIEWS ? state.view : "board", key = query({ p: "" }) + me();
		// Side by side: with the kingdom in the address all is there after one round trip.
		const card = state.p && load(() => import("./card.js")).then(({ show }) => show(state.p));
		if (key !== drawn) {
			const [kids] = await Promise.all([draft(name), masthead(name, mine)]);
			if (mine !== drawing) return;
			fill(main, kids);
			drawn = key;
			document.title = title(name);
			$("h1").textContent = document.title;
			store.set("k", state.k);
		}
		await card;
		$("#line").hidden = true;
		if (mine === drawing && !state.p) back();
	} catch (error) {
		if (mine === drawing) await failed(error, main);
	} finally {
		if (mine === drawing) {
			main.removeAttribute("aria-busy");
			document.documentElement.dataset.ready = mine;
		}
	}
}

/** What a view shows; without a metric in the address by the first one that the scan knows. */
async function draft(name) {
	const { view } = await load(VIEWS[name]), asked = metric(), kids = view();
	kids.catch(() => {});
	const { known: of } = (await span()).to ?? {};
	state.best = METRICS.find((m) => of?.[m]) ?? "dkp";
	return metric() === asked ? kids : view();
}

/** A module of this page. A browser does not ask twice for one that failed: the page has to start anew. */
function load(module) {
	return module().catch((error) => {
		again = () => navigator.onLine && location.reload();
		throw new ApiError(0, String(error));
	});
}

async function masthead(name, mine) {
	const [all, { list, to, older, from }] = await Promise.all([kingdoms(), span()]);
	if (mine !== drawing) return;
	known = versions(list);
	fill($("#arms"), arms(state.k, 44, true));
	fill($("#kingdom"), (all.some((one) => String(one.kingdom) === state.k) ? all : [{ kingdom: state.k }, ...all])
		.map(({ kingdom }) => option(kingdom, state.k, String(kingdom))));
	const pick = (words, key, chosen, dates, more) => h("select", {
		"aria-label": text(words), "data-key": key, onchange: ({ target }) => go({ [key]: target.value, ...more }),
	}, dates.map((s) => option(s.snapshot_date, chosen.snapshot_date, day(s.snapshot_date))));
	fill($("#when"), to && pick("scan", "date", to, list, { since: "" }),
		from && [h("span", {}, t("compared_with")), pick("older_scan", "since", from, older)]);
	const tabs = ["board", "gains", "week", "alliances", all.length > 1 && "kingdoms", "find"].filter(Boolean);
	fill($("#views"), tabs.map((tab) => link({ ...FRESH, view: tab }, { "aria-current": tab === name && "page" }, t("view_" + tab))));
	if (document.activeElement !== $("#q")) $("#q").value = state.q;
}
const title = (name) => [text("kingdom_n", state.k), text("view_" + name), !/week|find/.test(name) && text(metric())].filter(Boolean).join(" · ");

/** What went wrong, in the words of the page, and a way on. What is on the screen stays when there is no connection. */
async function failed(error, main) {
	if (!(error instanceof ApiError)) console.error(error);
	const { status, message } = error, wait = error.wait || PATIENCE[status];
	const words = text({ 0: "offline", 404: "not_found", 409: "changed_meanwhile", 429: "busy", 503: "busy", 504: "late" }[status] ?? "failed");
	if (wait) retry = setTimeout(() => again(), 1000 * wait);
	if (status === 0 && drawn) {
		fill($("#line"), words, " ", t("stays"));
		$("#line").hidden = false;
		return say(words);
	}
	drawn = "";
	if (status === 409) forget();
	const there = await kingdoms().catch(() => []);
	const k = there.some((one) => String(one.kingdom) === state.k) ? state.k : String(there[0]?.kingdom ?? "");
	fill(main, h("div", { class: "empty", role: "alert" }, h("p", {}, words), status > 0 && message && h("p", { class: "note" }, message),
		button(t("try_again"), () => again(), "btn"), " ", link({ ...FRESH, k, view: "board", date: "", since: "", m: "" }, { class: "btn" }, t("newest_board"))));
}

/** What has the focus may be drawn anew by its own click: found again by its key or its words. */
function focusKept() {
	const had = document.activeElement;
	const words = (el) => el.dataset.key ?? el.tagName + (el.getAttribute("aria-label") ?? el.textContent);
	const wanted = had && had !== document.body && words(had);
	return () => {
		if (!wanted || had.isConnected) return;
		const found = [...document.querySelectorAll(had.tagName)].find((el) => words(el) === wanted);
		(found ?? $("#main")).focus({ preventScroll: true });
	};
}

/** Ask whether there is another scan, or another version of one; then draw anew. */
async function refresh() {
	if (document.hidden || !known || document.activeElement?.closest("main form")) return;
	const { k } = state, answer = await getFresh(ofKingdom("snapshots")).catch(() => null);
	if (!answer || k !== state.k || versions(answer.snapshots) === known) return;
	forget();
	drawn = known = "";
	await draw();
	say(text("new_scan", day((await snapshots())[0]?.snapshot_date ?? Date.now())), true);
}
const versions = (list) => list.map((s) => s.version).join();
setInterval(refresh, 1000 * SECONDS);
document.addEventListener("visibilitychange", refresh);
addEventListener("online", () => again());
addEventListener("offline", () => failed(new ApiError(0, ""), $("#main")));

// Back and forward: the place is kept while one scrolls, since an entry that was left cannot be written to.
history.scrollRestoration = "manual";
let scrolling;
addEventListener("scroll", () => {
	clearTimeout(scrolling);
	scrolling = setTimeout(keepPlace, 150);
}, { passive: true });
addEventListener("popstate", async ({ state: entry }) => {
	clearTimeout(scrolling);
	// A link within the page: the browser goes there itself.
	if (!entry && location.hash) return;
	await draw();
	scrollTo(0, entry?.y ?? 0);
});

document.addEventListener("click", (event) => {
	const a = event.target.closest("a[data-go]");
	if (!a || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
	event.preventDefault();
	const to = Object.fromEntries(new URL(a.href).searchParams);
	go({ ...Object.fromEntries(Object.keys(state).map((key) => [key, ""])), ...to }, { entry: { card: "p" in to && !state.p } });
});
$("#kingdom").addEventListener("change", ({ target }) => go({ ...FRESH, date: "", since: "", k: target.value }));
const search = (replace) => go({ ...FRESH, view: "find", q: $("#q").value }, { replace });
let typing;
$("#find").addEventListener("submit", (event) => {
	event.preventDefault();
	clearTimeout(typing);
	search(false);
});
$("#q").addEventListener("input", () => {
	clearTimeout(typing);
	typing = setTimeout(() => search(state.view === "find"), 250);
});
addEventListener("keydown", (event) => {
	if (event.key !== "/" || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName) || $("#card").open) return;
	event.preventDefault();
	$("#q").focus();
});

const THEMES = ["", "light", "dark"];
function theme(name) {
	document.documentElement.dataset.theme = name;
	$("#theme").setAttribute("aria-label", text("colours_" + (name || "device")));
}
theme(store.get("theme"));
$("#theme").addEventListener("click", () => {
	const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % 3];
	store.set("theme", next);
	theme(next);
});
fill($("#language"), Object.entries(LANGUAGES).map(([code, words]) => option(code, lang, words)));
$("#language").addEventListener("change", ({ target }) => {
	store.set("lang", target.value);
	location.reload();
});
// What index.html says in English, in the page's language.
for (const el of document.querySelectorAll("[data-t]")) fill(el, t(el.dataset.t));
for (const el of document.querySelectorAll("[data-label]")) el.setAttribute(el.dataset.at ?? "aria-label", text(el.dataset.label));
draw().then(() => place(history.state?.y ?? 0));
