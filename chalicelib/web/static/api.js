// Answers of the public API, and nothing else. An answer is asked for once; what failed, again.
import { metric, METRICS, state } from "./state.js";

let asked = new Map(), cache = "default";

/** What the API refuses, as an error: `status` 0 where there was no answer; `wait` seconds, if it said so. */
export const refusal = (status, message = "", wait = 0) => Object.assign(Error(message), { status, wait });

/** The address of an answer; parameters that are empty are left out. */
export function address(path, params = {}) {
	const url = new URL("../v1/" + path, import.meta.url);
	for (const name in params) if (params[name]) url.searchParams.set(name, params[name]);
	return url;
}
/** The same for the kingdom that is shown. */
export const ofKingdom = (path, params) => address(`kingdoms/${encodeURIComponent(state.k)}/${path}`, params);

async function load(url, how) {
	const response = await fetch(url, { cache: how }).catch(() => {
		throw refusal(0);
	});
	const body = await response.json().catch(() => null);
	if (response.ok && body) return body;
	throw refusal(response.status, body?.Message ?? body?.message, Number(response.headers.get("Retry-After")));
}
/** An answer as JSON, kept until `forget`. Throws a `refusal`. */
export function get(url) {
	const key = String(url);
	if (!asked.has(key)) {
		asked.set(key, load(url, cache));
		asked.get(key).catch(() => asked.delete(key));
	}
	return asked.get(key);
}
/** An answer by revalidation: a 304 where nothing changed, whatever age the copy has. */
export const getFresh = (url) => load(url, "no-cache");
/** Ask for everything anew when it is wanted next; the browser's copies may be of before. */
export function forget() {
	asked = new Map();
	cache = "no-cache";
}

/** A whole list (`name`) from one state: follows `next` to the end, from the start if another state came. */
export async function getAll(url, name = "entries", again = true) {
	try {
		const first = await get(url), list = [...first[name]];
		for (let { next } = first; next;) {
			const page = await get(new URL(next, url));
			list.push(...page[name]);
			next = page.next;
		}
		return { ...first, [name]: list };
	} catch (error) {
		if (error.status !== 409 || !again) throw error;
		forget();
		return getAll(url, name, false);
	}
}

export const kingdoms = () => get(address("kingdoms")).then((answer) => answer.kingdoms);
/**
 * All scans, newest first; the one that is shown, those before it, and the one of them that it is compared
 * with. What the address leaves open is chosen here: a metric that the scan has, and the last scan before
 * it that has it too.
 */
export async function span() {
	const { snapshots: list } = await get(ofKingdom("snapshots"));
	const at = Math.max(0, list.findIndex((s) => s.snapshot_date === state.date)), to = list[at];
	const older = list.slice(at + 1), [before] = older;
	state.best = METRICS.find((m) => to?.known[m]);
	const chosen = older.find((s) => s.known[metric()]) ?? before;
	state.base = chosen === before ? "" : chosen.snapshot_date;
	return { list, to, older, from: older.find((s) => s.snapshot_date === state.since) ?? chosen };
}
