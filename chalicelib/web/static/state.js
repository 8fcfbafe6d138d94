// What is shown is the address: every view can be shared, and Back goes back.
import { h } from "./dom.js";

const KEYS = ["k", "view", "m", "date", "since", "w", "sort", "dir", "a", "at", "all", "q", "idle", "ks", "p"];
const DEFAULTS = { view: "board" };
/** What another view, or another kingdom, does not keep. */
export const FRESH = { w: "", sort: "", dir: "", a: "", at: "", all: "", q: "", idle: "", ks: "", p: "" };
/** What is still on the screen when one of these changes stays where it is. */
const STILL = ["since", "w", "sort", "dir", "all", "p"];
export const METRICS = ["dkp", "kill_points", "kills", "deaths", "power"];

/**
 * k kingdom; view; m metric; date the scan; since the one it is compared with; w weights; sort, dir
 * the table's order; a an alliance; at the player around whom the board lies; all every row; q a
 * search; idle a date; ks several kingdoms; p a player's card. And `best`: the metric where the address names none.
 */
export const state = {};
/** Stores less than the address, and may be refused by the browser. */
export const store = {
	get: (key) => { try { return localStorage.getItem(key) ?? ""; } catch { return ""; } },
	set: (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* not kept */ } },
};

export function read() {
	const search = new URLSearchParams(location.search);
	for (const key of KEYS) state[key] = search.get(key) ?? DEFAULTS[key] ?? "";
	state.k ||= store.get("k");
}
export function query(patch) {
	const search = new URLSearchParams();
	const next = { ...state, ...patch };
	for (const key of KEYS) if (next[key] && next[key] !== DEFAULTS[key]) search.set(key, next[key]);
	return "?" + search;
}

let draw = () => {};
/** What draws the page; called after each change of the address. */
export const onChange = (drawer) => (draw = drawer);
/** Where the page is scrolled to belongs to its entry of the history: views are drawn after Back, not before. */
export const keepPlace = () => history.replaceState({ ...history.state, y: scrollY }, "");

/** Show something else: a new entry of the history, or instead of the one that is shown. */
export async function go(patch, { replace = false, entry = {} } = {}) {
	const before = { ...state }, search = query(patch);
	if (!replace) keepPlace();
	history[replace ? "replaceState" : "pushState"](entry, "", search);
	await draw();
	if (KEYS.some((key) => !STILL.includes(key) && before[key] !== state[key])) place(0);
}
/** Scroll to `y`; a board around a player starts at that player. */
export function place(y) {
	const row = !y && state.at && document.querySelector("tr.at");
	row ? row.scrollIntoView({ block: "center" }) : scrollTo(0, y);
}
/** A link to another state of the page, drawn without loading it anew. */
export const link = (patch, props, ...kids) => h("a", { ...props, href: query(patch), "data-go": true }, kids);

export const metric = () => (METRICS.includes(state.m) ? state.m : state.best || "dkp");
export const others = () => METRICS.filter((name) => name !== metric());
/** The player who said "this is me", 0 if nobody did. */
export const me = () => Number(store.get("me:" + state.k));
