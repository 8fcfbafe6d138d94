// Answers of the public API, and nothing else. An answer is asked for once; what failed, again.
import { state } from "./state.js";

const ROOT = new URL("../v1/", import.meta.url);
let asked = new Map(), copies = "default";

/** The API's own error: `status` 0 where there was no answer; `wait` seconds, if it said so. */
export class ApiError extends Error {
	constructor(status, message, wait = 0) {
		super(message);
		Object.assign(this, { status, wait });
	}
}

/** The address of an answer; parameters that are empty are left out. */
export function address(path, params) {
	const url = new URL(path, ROOT);
	for (const [name, value] of Object.entries(params ?? {})) if (value) url.searchParams.set(name, value);
	return url;
}
/** The same for the kingdom that is shown. */
export const ofKingdom = (path, params) => address(`kingdoms/${encodeURIComponent(state.k)}/${path}`, params);

/** An answer as JSON, kept until `forget`. Raises `ApiError`. */
export function get(url) {
	const key = String(url);
	if (!asked.has(key)) {
		const answer = load(url, copies);
		asked.set(key, answer);
		answer.catch(() => asked.delete(key));
	}
	return asked.get(key);
}
/** An answer by revalidation: a 304 where nothing changed, whatever age the copy has. */
export const getFresh = (url) => load(url, "no-cache");
/** Ask for everything anew when it is wanted next; the browser's copies may be of before. */
export function forget() {
	asked = new Map();
	copies = "no-cache";
}

/** A whole list (`name`) from one state: follows `next` to the end, from the start if another state came. */
export async function getAll(url, name = "entries", again = true) {
	try {
		const first = await get(url), list = [...first[name]];
		for (let { next } = first, at = url; next;) {
			const page = await get((at = new URL(next, at)));
			list.push(...page[name]);
			next = page.next;
		}
		return { ...first, [name]: list, next: null };
	} catch (error) {
		if (error.status !== 409 || !again) throw error;
		forget();
		return getAll(url, name, false);
	}
}

export const kingdoms = () => get(address("kingdoms")).then((answer) => answer.kingdoms);
export const snapshots = () => get(ofKingdom("snapshots")).then((answer) => answer.snapshots);
/** The scan that is shown, and the older ones: the first of them is the one it is compared with. */
export async function span() {
	const list = await snapshots();
	const to = list.find((s) => s.snapshot_date === state.date) ?? list[0];
	const older = list.filter((s) => s.snapshot_date < to?.snapshot_date);
	return { list, to, older, from: older.find((s) => s.snapshot_date === state.since) ?? older[0] };
}

async function load(url, cache) {
	let response;
	try {
		response = await fetch(url, { cache });
	} catch {
		throw new ApiError(0, "");
	}
	const body = await response.json().catch(() => null);
	if (response.ok && body) return body;
	throw new ApiError(response.status, body?.Message ?? body?.message ?? "", Number(response.headers.get("Retry-After")) || 0);
}
