// The page's language. Another one is a file and a word in each of these two lines.
import { store } from "./state.js";

const FILES = { en: () => import("./en.js"), de: () => import("./de.js") };
export const LANGUAGES = { en: "English", de: "Deutsch" };

export const lang = [store.get("lang"), ...navigator.languages].map((tag) => tag.slice(0, 2)).find((tag) => tag in FILES) ?? "en";
const table = (await FILES[lang]()).default;
const plural = new Intl.PluralRules(lang), number = new Intl.NumberFormat(lang);
document.documentElement.lang = lang;

/**
 * Words with their places filled, as kids of an element: `{0}` is the first argument. Words with
 * several forms take the one for the first argument that is a number.
 */
export function t(key, ...args) {
	const tier = /^t(\d)_/.exec(key);
	if (tier) return t("tier" + key.slice(2), tier[1]);
	let words = table[key] ?? key;
	if (typeof words === "object") words = words[plural.select(args.find((arg) => typeof arg === "number"))] ?? words.other;
	const filled = (arg) => (typeof arg === "number" ? number.format(arg) : arg);
	return words.split(/\{(\d)\}/).map((part, i) => (i % 2 ? filled(args[part]) : part));
}
/** The same as one text. */
export const text = (key, ...args) => t(key, ...args).join("");
/** Whether the language has such words; a counter of any tier too. */
export const has = (key) => key in table;
