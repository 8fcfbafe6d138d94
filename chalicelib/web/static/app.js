// Draws what the address says: the masthead, one view, and a player's card over it.
import { ApiError, forget, getFresh, kingdoms, ofKingdom, snapshots } from "./api.js";
import { arms } from "./arms.js";
import { $, fill, h, say } from "./dom.js";
import { day } from "./format.js";
import { option } from "./parts.js";
import { FRESH, go, link, me, metric, onChange, query, read, state, store } from "./state.js";
import { lang, LANGUAGES, t, text } from "./words.js";

/** Each view is a module with `view()`: what stands in the page's main part. */
const VIEWS = {
	board: () => import("./board.js"), gains: () => import("./gains.js"), week: () => import("./week.js"),
	alliances: () => import("./alliances.js"), kingdoms: () => import("./kingdoms.js"), find: () => import("./find.js"),
};
const TABS = ["board", "gains", "week", "alliances", "kingdoms"];
/** How often an open page asks whether there is a new scan; at home the file was just dropped. */
const SECONDS = /^(localhost|127\.|\[::1)/.test(location.hostname) ? 2 : 60;

let drawing = 0, drawn = "", known = [];

onChange(draw);
async function draw() {
	const mine = ++drawing, back = focusKept(), main = $("#main");
	read();
	main.setAttribute("aria-busy", "true");
	try {
		state.k ||= String((await kingdoms())[0]?.kingdom ?? "");
		if (!state.k) return fill(main, h("p", { class: "empty" }, t("no_kingdoms")));
		const name = VIEWS[state.view] ? state.view : "board", key = query({ p: "" }) + me();
		// Side by side: with the kingdom in the address all is there after one round trip.
		const [kids, card] = await Promise.all([
			key === drawn ? null : load(VIEWS[name]).then(({ view }) => view()),
			state.p && load(() => import("./card.js")), masthead(name), kingdoms().then(fillKingdoms),
		]);
		if (mine !== drawing) return;
		if (kids) fill(main, kids);
		drawn = key;
		store.set("k", state.k);
		document.title = title(name);
		if (card) await card.show(state.p);
		else if ($("#card").open) $("#card").close();
		if (!state.p) back();
	} catch (error) {
		if (mine === drawing) (drawn = ""), fill(main, await failure(error));
	} finally {
		if (mine === drawing) {
			main.removeAttribute("aria-busy");
			document.documentElement.dataset.ready = mine;
		}
	}
}

/** A module of this page; after a deployment the old ones are gone, and the page starts anew. */
async function load(module) {
	try {
		return await module();
	} catch (error) {
		if (navigator.onLine && !sessionStorage.getItem("restarted")) {
			sessionStorage.setItem("restarted", "1");
			location.reload();
		}
		throw new ApiError(0, String(error));
	}
}

async function masthead(name) {
	fill($("#arms"), arms(state.k, 48, true));
	fill($("#views"), TABS.map((tab) => link({ ...FRESH, view: tab }, { "aria-current": tab === name && "page" }, t("view_" + tab))));
	if (document.activeElement !== $("#q")) $("#q").value = state.q;
	known = await snapshots();
	const to = known.find((s) => s.snapshot_date === state.date) ?? known[0];
	const older = known.filter((s) => s.snapshot_date < to?.snapshot_date);
	const pick = (words, key, chosen, list, more) => h("select", {
		"aria-label": text(words), "data-key": key, onchange: ({ target }) => go({ [key]: target.value, ...more }),
	}, list.map((s) => option(s.snapshot_date, chosen?.snapshot_date, day(s.snapshot_date))));
	const from = older.find((s) => s.snapshot_date === state.since) ?? older[0];
	fill($("#when"), to && pick("scan", "date", to, known, { since: "" }),
		from && [h("span", {}, t("compared_with")), pick("older_scan", "since", from, older)]);
}
function fillKingdoms(list) {
	const all = list.some((one) => String(one.kingdom) === state.k) ? list : [{ kingdom: state.k }, ...list];
	fill($("#kingdom"), all.map(({ kingdom }) => option(kingdom, state.k, String(kingdom))));
}
const title = (name) => [t("kingdom_n", state.k), t("view_" + name), /board|gains|alliances|kingdoms/.test(name) && t(metric())]
	.filter(Boolean).map((part) => part.join("")).join(" · ");

/** What went wrong, in the words of the page, and a way on. */
async function failure(error) {
	if (!(error instanceof ApiError)) console.error(error);
	const key = { 0: "offline", 404: "not_found", 409: "changed_meanwhile", 429: "busy", 503: "busy", 504: "late" }[error.status] ?? "failed";
	if (error.status === 409) forget();
	if (error.wait || error.status === 429) setTimeout(again, 1000 * (error.wait || 5), drawing);
	return h("div", { class: "empty", role: "alert" }, h("p", {}, t(key)), error.message && h("p", { class: "note" }, error.message),
		h("button", { class: "btn", type: "button", onclick: () => draw() }, t("try_again")), " ",
		link({ ...FRESH, view: "board", date: "", since: "", m: "" }, { class: "btn" }, t("newest_board")));
}
const again = (then) => then === drawing && draw();

/** What has the focus may be drawn anew by its own click: found again by its key or its words. */
function focusKept() {
	const had = document.activeElement;
	const words = (el) => el.dataset.key ?? el.tagName + (el.getAttribute("aria-label") ?? el.textContent);
	const wanted = had && had !== document.body && words(had);
	return () => {
		if (!wanted || had.isConnected) return;
		[...document.querySelectorAll(had.tagName)].find((el) => words(el) === wanted)?.focus({ preventScroll: true });
	};
}

/** Ask whether there is another scan, or another version of one; then draw anew. */
async function refresh() {
	if (document.hidden || !state.k || !known.length) return;
	const { snapshots: now } = await getFresh(ofKingdom("snapshots")).catch(() => ({}));
	const versions = (list) => list.map((s) => s.version).join();
	if (!now || versions(now) === versions(known)) return;
	forget();
	drawn = "";
	await draw();
	say(text("new_scan", day(now[0]?.snapshot_date ?? Date.now())));
}
setInterval(refresh, 1000 * SECONDS);
document.addEventListener("visibilitychange", refresh);
addEventListener("online", () => draw());
addEventListener("popstate", () => draw());

document.addEventListener("click", (event) => {
	const a = event.target.closest("a[data-go]");
	if (!a || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
	event.preventDefault();
	const to = new URL(a.href).searchParams;
	const card = to.has("p");
	history.pushState({ card: card && !state.p }, "", a.search || "?");
	draw().then(() => !card && scrollTo(0, 0));
});
$("#kingdom").addEventListener("change", ({ target }) => go({ ...FRESH, date: "", since: "", k: target.value }));
const search = (replace) => go({ ...FRESH, view: "find", q: $("#q").value }, { replace });
$("#find").addEventListener("submit", (event) => {
	event.preventDefault();
	search(false);
});
let typing;
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
draw();
