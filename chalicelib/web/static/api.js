// Answers of the public API, and nothing else. An answer is asked for once; what failed, again.
import { state } from "./state.js";

const ROOT = new URL("../v1/", import.meta.url);
let asked = new Map();

/** The API's own error: `status` 0 where there was no answer; `wait` seconds, if it said so. */
export class ApiError extends Error {
	constructor(status, message, wait) {
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
		const answer = load(url);
		asked.set(key, answer);
		answer.catch(() => asked.delete(key));
	}
	return asked.get(key);
}
/** An answer by revalidation: a 304 where nothing changed, whatever age the copy has. */
export const getFresh = (url) => load(url, "no-cache");
/** Ask for everything anew when it is wanted next. */
export const forget = () => (asked = new Map());

/** All entries of a list from one state: follows `next` to the end. */
export async function getAll(url) {
	const first = await get(url);
	let entries = first.entries, next = first.next;
	while (next) {
		const page = await get((url = new URL(next, url)));
		entries = entries.concat(page.entries);
		next = page.next;
	}
	return { ...first, entries, next };
}

export const kingdoms = () => get(address("kingdoms")).then((answer) => answer.kingdoms);
export const snapshots = () => get(ofKingdom("snapshots")).then((answer) => answer.snapshots);

async function load(url, cache = "default") {
	let response;
	try {
		response = await fetch(url, { cache });
	} catch {
		throw new ApiError(0, "");
	}
	const body = await response.json().catch(() => null);
	if (response.ok && body) return body;
	const wait = Number(response.headers.get("Retry-After")) || 0;
	throw new ApiError(response.status, body?.Message ?? body?.message ?? "", wait);
}
