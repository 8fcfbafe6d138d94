// Numbers and dates, in the page's language and not the browser's.
import { h, shown, sr } from "./dom.js";
import { lang, t } from "./words.js";

const WHOLE = new Intl.NumberFormat(lang);
const COMPACT = new Intl.NumberFormat(lang, {
	notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3,
});
// British English: 26 Jan 2026 is read alike everywhere, 01/02 is not.
const dates = (more) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
	day: "numeric", month: "short", timeZone: "UTC", ...more,
});
const DAY = dates({ year: "numeric" }), SHORT_DAY = dates();

export const full = (value) => WHOLE.format(value);
export const short = (value) => (Math.abs(value) < 1000 ? WHOLE : COMPACT).format(value);
export const signed = (format, value) => (value > 0 ? "+" : value < 0 ? "−" : "±") + format(Math.abs(value));
export const day = (date) => DAY.format(new Date(date));
export const shortDay = (date) => SHORT_DAY.format(new Date(date));
export const time = (date, format = day) => h("time", { datetime: date }, format(date));
export const unknown = () => h("span.none", shown("–"), sr(t("not_known")));
export const isKnown = (value) => value !== null && value !== undefined;

/** The digits that are read first: the millions, else the thousands; and the rest. */
export function halves(value) {
	const parts = WHOLE.formatToParts(Math.abs(value));
	const groups = parts.filter((part) => part.type === "group").length;
	const at = parts.length - 2 * Math.min(groups, 2);
	const join = (some) => some.map((part) => part.value).join("");
	return [join(parts.slice(0, at)), join(parts.slice(at))];
}

/** Exact, the millions strong; a screen reader gets it in one piece. */
export function exact(value, sign) {
	if (!isKnown(value)) return unknown();
	const [strong, rest] = halves(value);
	const before = sign ? signed(() => "", value) : value < 0 ? "−" : "";
	return h("data.n", { value }, shown(h("b", before + strong), rest), sr(before + full(Math.abs(value))));
}

/** Three digits, the exact figure on demand. */
export function compact(value, sign) {
	if (!isKnown(value)) return unknown();
	return h("data.n", { value, title: full(value) }, sign ? signed(short, value) : short(value));
}

const unit = (value) => COMPACT.formatToParts(value).find((part) => part.type === "compact")?.value;
/** From one figure to another; a long unit of both (Mio.) is said once. */
export function range(from, to) {
	const same = isKnown(from) && isKnown(to) && Math.abs(from) >= 1000 && unit(from)?.length > 1 && unit(from) === unit(to);
	const first = same ? h("data.n", { value: from, title: full(from) }, short(from).replace(unit(from), "").trim()) : compact(from);
	return [first, shown(" → "), compact(to)];
}
