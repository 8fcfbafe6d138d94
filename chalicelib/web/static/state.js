// What is shown is the address: every view can be shared, and Back goes back.
import { h, on } from "./dom.js";

/**
 * k kingdom; view; m metric; date the scan; since the one it is compared with; w weights; sort, dir
 * the table's order; a an alliance; at the player around whom the board lies; all every row; q a
 * search; idle a date; ks several kingdoms; p a player's card.
 */
const KEYS = "k view m date since w sort dir a at all q idle ks p".split(" ");
/** What another view, or another kingdom, does not keep. */
export const FRESH = Object.fromEntries(KEYS.slice(5).map((key) => [key, ""]));
/** When one of these changes, the page stays where it is scrolled to. */
const STILL = "since w sort dir all p".split(" ");
export const METRICS = ["dkp", "kill_points", "kills", "deaths", "power"];

/** The address, read; where it names none, `best` is the metric and `base` the scan that is compared with. */
export const state = { base: "" };
/** Stores less than the address, and may be refused by the browser. */
export const store = {
	get: (key) => { try { return localStorage.getItem(key) ?? ""; } catch { return ""; } },
	set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* not kept */ } },
};

export function read() {
	const search = new URLSearchParams(location.search);
	for (const key of KEYS) state[key] = search.get(key) ?? "";
	state.view ||= "board";
	state.k ||= store.get("k");
}
/** An address; a card is closed where it is not asked for. */
export function query(patch) {
	const next = Object.entries({ ...state, p: "", ...patch })
		.filter(([key, value]) => value && KEYS.includes(key) && (key !== "view" || value !== "board"));
	return "?" + new URLSearchParams(next);
}

let draw;
/** What draws the page; called after each change of the address. */
export const onChange = (drawer) => (draw = drawer);
/** The place on the page belongs to its entry of the history: after Back it is found again. */
export const keepPlace = () => history.replaceState({ ...history.state, y: scrollY }, "");

/** Show something else: a new entry of the history, or one that replaces the one that is shown. */
export const go = (patch, replace) => open(query(patch), replace);
async function open(search, replace) {
	const before = { ...state };
	keepPlace();
	if (replace) history.replaceState(history.state, "", search);
	else history.pushState({ card: !state.p && /[?&]p=/.test(search) }, "", search);
	await draw();
	if (KEYS.some((key) => !STILL.includes(key) && before[key] !== state[key])) place(0);
}
/** Scroll to `y`; a board around a player starts at that player. */
export function place(y) {
	const row = !y && state.at && document.querySelector(".at");
	row ? row.scrollIntoView({ block: "center" }) : scrollTo(0, y);
}
/** A link to another state of the page, drawn without loading it anew: by one listener for all. */
export const link = (patch, props, ...kids) => h("a", { ...props, href: query(patch) }, kids);
on(window, "click", (event) => {
	const to = event.target.closest?.('a[href^="?"]');
	if (!to || event.metaKey || event.ctrlKey || event.shiftKey) return;
	event.preventDefault();
	open(to.getAttribute("href"));
});

export const metric = () => (METRICS.includes(state.m) ? state.m : state.best || "dkp");
export const others = () => METRICS.filter((name) => name !== metric());
/** The player who said "this is me", 0 if nobody did. */
export const me = () => Number(store.get("me:" + state.k));
/** The scan that is compared with; none for the one before. */
export const since = () => state.since || state.base;
