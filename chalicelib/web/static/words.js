// The page's language: words, numbers and dates. Another one is a file and a word in each of these two lines.
import { h, shown, sr } from "./dom.js";
import { store } from "./state.js";

const FILES = { en: () => import("./en.js"), de: () => import("./de.js") };
export const LANGUAGES = { en: "English", de: "Deutsch" };

export const lang = [store.get("lang"), ...navigator.languages]
	.map((tag) => tag.slice(0, 2)).find((tag) => tag in FILES) ?? "en";
const table = (await FILES[lang]()).default;
const plural = new Intl.PluralRules(lang), WHOLE = new Intl.NumberFormat(lang);
/** A counter of a tier: the words are those of any tier. */
const TIER = /^t(\d)_/;
document.documentElement.lang = lang;

/**
 * Words with their places filled, as kids of an element: `{0}` is the first argument. Words with
 * several forms take the one for the first argument that is a number.
 */
export function t(key, ...args) {
	const [, tier] = TIER.exec(key) ?? [], isNumber = (arg) => typeof arg === "number";
	let words = table[tier ? "tier" + key.slice(2) : key] ?? key;
	if (words.other) words = words[plural.select(args.find(isNumber))] ?? words.other;
	const filled = (arg) => (isNumber(arg) ? full(arg) : arg);
	return words.split(/\{(\d)\}/).map((part, i) => (i % 2 ? filled(tier ?? args[part]) : part));
}
/** The same as one text. */
export const text = (key, ...args) => t(key, ...args).join("");
/** Whether the language has such words. */
export const has = (key) => key in table || TIER.test(key);

const THREE = { notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
const COMPACT = new Intl.NumberFormat(lang, THREE);
// British English: 26 Jan 2026 is read alike everywhere, 01/02 is not.
const days = (year) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang,
	{ day: "numeric", month: "short", year, timeZone: "UTC" });
const DAY = days("numeric"), SHORT_DAY = days();

export const full = (value) => WHOLE.format(value);
export const short = (value) => (Math.abs(value) < 1000 ? WHOLE : COMPACT).format(value);
export const signed = (format, value) => (value > 0 ? "+" : value < 0 ? "−" : "±") + format(Math.abs(value));
/** A date; a scan is called by its own. */
const dateOf = (at) => at.snapshot_date ?? at;
export const day = (at) => DAY.format(new Date(dateOf(at)));
export const shortDay = (at) => SHORT_DAY.format(new Date(dateOf(at)));
export const time = (at, format = day) => h("time", { datetime: dateOf(at) }, format(at));
export const isKnown = (value) => (value ?? null) !== null;
export const unknown = () => h("span.none", shown("–"), sr(t("not_known")));

/** The digits that are read first: the millions, else the thousands; and the rest. */
export function halves(value) {
	const parts = WHOLE.formatToParts(Math.abs(value)).map((part) => part.value);
	const at = parts.length - Math.min(4, parts.length - 1);
	return [parts.slice(0, at).join(""), parts.slice(at).join("")];
}
/** Exact, the millions strong; a screen reader gets it in one piece. */
export function exact(value, sign) {
	if (!isKnown(value)) return unknown();
	const [strong, rest] = halves(value), before = sign ? signed(() => "", value) : value < 0 ? "−" : "";
	return h("data.n", { value }, shown(h("b", before + strong), rest), sr(before + full(Math.abs(value))));
}
/** Three digits, the exact figure on demand. */
export const compact = (value, sign) => (isKnown(value)
	? h("data.n", { value, title: full(value) }, sign ? signed(short, value) : short(value)) : unknown());
/** From one figure to another; a word that is the unit of both (Mio.) is said once. */
export function range(from, to) {
	const first = compact(from), unit = /\s\S+$/.exec(short(to))?.[0];
	if (unit && first.textContent.endsWith(unit)) first.textContent = first.textContent.slice(0, -unit.length);
	return [first, shown(" → "), compact(to)];
}
