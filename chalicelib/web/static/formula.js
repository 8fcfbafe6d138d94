// A formula of the reader's own: a sentence, whose numbers are in a form that it opens.
import { fill, h } from "./dom.js";
import { full } from "./format.js";
import { button, ends } from "./parts.js";
import { go, link, state } from "./state.js";
import { t, text } from "./words.js";

const tiers = (what) => [5, 4, 3, 2, 1].map((tier) => `t${tier}_${what}`);
/** What the API weighs, the usual first. */
const COUNTERS = [...tiers("kills"), "deaths", ...tiers("deaths"), ..."kills kill_points ranged_points rss_gathered rss_assistance helps acclaim".split(" ")];
const USUAL = { t4_kills: 10, t5_kills: 20, deaths: 40 };
let opened = false;

/** The weights of the address, as far as they can be read. */
const ownWeights = () => Object.fromEntries(state.w.split(",").map((part) => part.split(":"))
	.filter(([counter, weight]) => COUNTERS.includes(counter) && /^\d+$/.test(weight)));
const written = (pairs) => pairs.map((pair) => pair.join(":")).join();
const sentence = (weights) => Object.entries(weights).map(([counter, weight], i) => [i > 0 && " + ", h("span.one", `${full(weight)} × `, t(counter))]);

/** The sentence and its form; `dkp` is what the answer says of its own, nothing where it was refused. */
export function formula(dkp) {
	const weights = dkp?.weights ?? ownWeights(), known = Object.keys(weights).length > 0;
	return h("details.formula", { open: opened || !dkp, ontoggle: ({ target }) => (opened = target.open) },
		h("summary", h("b", t("dkp")), " = ", known ? sentence(weights) : t("dkp_of_scan"), state.w && [" ", t("yours")]),
		form(known ? weights : USUAL));
}

function form(weights) {
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

/** In place of gains that this formula cannot give, or that two scans with different DKP cannot; else raises again. */
export function refused(error) {
	if (error.status !== 400 || !error.message.includes("weights")) throw error;
	const { w } = state, weights = Object.entries(ownWeights()), missing = weights.find(([counter]) => error.message.includes(`has ${counter},`))?.[0];
	const rest = weights.filter(([counter]) => counter !== missing), to = (patch, words) => link(patch, { class: "btn" }, words);
	return [formula(), h("div.empty", { role: "alert" },
		h("p", missing ? t("no_counter", t(missing)) : t(w ? "bad_formula" : "two_bases")),
		ends(missing && rest.length > 0 && to({ w: written(rest) }, t("without", t(missing))),
			w ? to({ w: "" }, t("kingdoms_own")) : ["kill_points", "kills", "deaths"].map((m) => to({ m }, t(m)))))];
}
