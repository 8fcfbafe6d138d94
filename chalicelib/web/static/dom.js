// Elements. Nothing here knows the API, the state or a language.
const SVG = /^(svg|use|path|g|circle|line|text|clipPath|symbol)$/;

/** What is left of nested kids when those that are not there are gone. */
export const kept = (kids) => kids.flat(9).filter((kid) => kid !== null && kid !== undefined && kid !== false && kid !== "");

/** An element: attributes, `on…` listeners, `vars` as custom properties; texts, never HTML. */
export function h(tag, props, ...kids) {
	const el = SVG.test(tag)
		? document.createElementNS("http://www.w3.org/2000/svg", tag)
		: document.createElement(tag);
	for (const [key, value] of Object.entries(props ?? {})) {
		if (value === null || value === undefined || value === false) continue;
		if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
		// Through CSSOM, since the policy blocks style attributes.
		else if (key === "vars") for (const name in value) el.style.setProperty(name, value[name]);
		else el.setAttribute(key, value === true ? "" : value);
	}
	el.append(...kept(kids));
	return el;
}

export const $ = (selector) => document.querySelector(selector);
export const fill = (el, ...kids) => el.replaceChildren(...kept(kids));
export const icon = (id) => h("svg", { class: "i", "aria-hidden": "true" }, h("use", { href: "#" + id }));
/** For a screen reader alone. */
export const sr = (...kids) => h("span", { class: "sr" }, kids);
/** For the eye alone. */
export const shown = (...kids) => h("span", { "aria-hidden": "true" }, kids);
/** Tell a screen reader what is on the page now. */
export const say = (text) => ($("#say").textContent = text);
