// Numbers and dates, in the page's language and not the browser's.
import { h, shown, sr } from "./dom.js";
import { lang, t } from "./words.js";

const WHOLE = new Intl.NumberFormat(lang);
const COMPACT = new Intl.NumberFormat(lang, { notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
// British English: 26 Jan 2026 is read alike everywhere, 01/02 is not.
const days = (year) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short", year, timeZone: "UTC" });
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
	const parts = WHOLE.formatToParts(Math.abs(value)).map((part) => part.value), at = parts.length - Math.min(4, parts.length - 1);
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
