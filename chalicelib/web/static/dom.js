// Elements. Nothing here knows the API, the state or a language.
const SVG = /^(svg|use|path|circle|text)$/;

/** What is left of nested kids when those that are not there are gone. */
export const kept = (kids) => kids.flat(9).filter(Boolean);

/**
 * An element, `p.note` with a class: attributes, if any, without those that are false or not there; `on…`
 * are listeners, `label` is what a screen reader calls it, `vars` are custom properties. Then kids: texts,
 * never HTML.
 */
export function h(what, props, ...kids) {
	const [tag, kind] = what.split("."), given = props?.constructor === Object;
	const el = document.createElementNS(`http://www.w3.org/${SVG.test(tag) ? "2000/svg" : "1999/xhtml"}`, tag);
	const all = { class: kind, type: tag === "button" && tag, ...(given && props) };
	for (let [key, value] of Object.entries(all)) {
		if (key === "label") key = "aria-label";
		if (key.startsWith("on")) on(el, key.slice(2), value);
		// Through CSSOM, since the policy blocks style attributes.
		else if (key === "vars") for (const name in value) el.style.setProperty(name, value[name]);
		else if ((value ?? false) !== false) el.setAttribute(key, value);
	}
	el.append(...kept(given ? kids : [props, kids]));
	return el;
}

export const $ = (selector) => document.querySelector(selector);
export const on = (target, event, listener) => target.addEventListener(event, listener);
export const fill = (el, ...kids) => el.replaceChildren(...kept(kids));
export const icon = (id) => h("svg.i", { "aria-hidden": "true" }, h("use", { href: "#" + id }));
/** For a screen reader alone. */
export const sr = (...kids) => h("span.sr", kids);
/** For the eye alone. */
export const shown = (...kids) => h("span", { "aria-hidden": "true" }, kids);

let fading;
/** Tell a screen reader what is on the page now; with `aloud` everybody, for a moment. */
export function say(words, aloud) {
	const line = $("#say");
	line.textContent = words;
	line.className = aloud ? "toast" : "sr";
	clearTimeout(fading);
	fading = setTimeout(() => (line.className = "sr"), 4000);
}
