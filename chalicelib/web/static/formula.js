// The form of a formula of the reader's own.
import { fill, h } from "./dom.js";
import { go, link, state } from "./state.js";
import { t, text } from "./words.js";

const tiers = (what) => [5, 4, 3, 2, 1].map((tier) => `t${tier}_${what}`);
/** What the API weighs, the usual first. */
const COUNTERS = [
	...tiers("kills"), "deaths", ...tiers("deaths"), "kills", "kill_points", "ranged_points", "rss_gathered", "rss_assistance", "helps", "acclaim",
];
const USUAL = { t4_kills: 10, t5_kills: 20, deaths: 40 };
/** The weights of the address, as far as they can be read. */
export const ownWeights = () => Object.fromEntries(state.w.split(",").map((part) => part.split(":"))
	.filter(([counter, weight]) => COUNTERS.includes(counter) && /^\d+$/.test(weight)));
export const written = (pairs) => pairs.map((pair) => pair.join(":")).join();

/** The form of a formula; of the usual one where there is none. */
export function form(weights) {
	if (!Object.keys(weights).length) weights = USUAL;
	const term = (counter, weight) => h("p.term", { "data-counter": counter },
		h("label", h("input", { name: counter, type: "number", min: 0, max: 1e6, required: true, value: weight }), " × ", t(counter)),
		h("button.icon", { type: "button", "aria-label": text("remove", text(counter)), onclick: ({ currentTarget }) => {
			currentTarget.parentElement.remove();
			offer();
			add.focus();
		} }, "×"));
	const terms = h("div.terms", Object.entries(weights).map((pair) => term(...pair)));
	const add = h("select", { "aria-label": text("add_counter"), onchange: () => {
		terms.append(term(add.value, 1));
		offer();
		terms.lastChild.querySelector("input").select();
	} });
	/** The counters that are not in the formula yet. */
	const offer = () => fill(add, ["", ...COUNTERS].filter((counter) => ![...terms.children].some((one) => one.dataset.counter === counter))
		.map((counter) => h("option", { value: counter }, t(counter || "add_counter"))));
	offer();
	return h("form", { onsubmit: (event) => {
		event.preventDefault();
		go({ w: written([...new FormData(event.target)].map(([counter, weight]) => [counter, Number(weight)])), at: "" });
	} }, terms, add, h("button.btn", { type: "submit" }, t("apply")), state.w && link({ w: "" }, {}, t("kingdoms_own")));
}
