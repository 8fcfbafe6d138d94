// The page's language: which one, its words, its numbers. A language is a file and two lines here.
import { store } from "./state.js";

const FILES = { en: () => import("./en.js"), de: () => import("./de.js") };
/** Each language by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" };

const wanted = [store.get("lang"), ...navigator.languages].map((tag) => tag?.slice(0, 2));
export const lang = wanted.find((tag) => tag in FILES) ?? "en";
const table = (await FILES[lang]()).default;
const plural = new Intl.PluralRules(lang);
const number = new Intl.NumberFormat(lang);
document.documentElement.lang = lang;

/**
 * Words with their places filled, as kids of an element: `{0}` is the first argument. Words with
 * several forms take the one for the first argument that is a number.
 */
export function t(key, ...args) {
	let words = table[key] ?? key;
	if (typeof words === "object") {
		words = words[plural.select(args.find((arg) => typeof arg === "number"))] ?? words.other;
	}
	return words.split(/\{(\d)\}/).map((part, i) => {
		if (i % 2 === 0) return part;
		const arg = args[part];
		return typeof arg === "number" ? number.format(arg) : arg;
	});
}

/** The same as one text. */
export const text = (key, ...args) => t(key, ...args).join("");
/** Whether the language has such words. */
export const has = (key) => key in table;
