// A formula of the reader's own: a sentence, whose numbers are in a form that it opens.
import { fill, h } from "./dom.js";
import { full } from "./format.js";
import { go, link, state } from "./state.js";
import { t, text } from "./words.js";

const TIERS = [5, 4, 3, 2, 1];
/** What the API weighs, the usual first. */
export const COUNTERS = [
	...TIERS.map((tier) => `t${tier}_kills`), "deaths", ...TIERS.map((tier) => `t${tier}_deaths`), "kills", "kill_points",
	"ranged_points", "rss_gathered", "rss_assistance", "helps", "acclaim",
];
const USUAL = { t4_kills: 10, t5_kills: 20, deaths: 40 };
let opened = false;

/** The weights of the address, as far as they can be read. */
export const ownWeights = () => Object.fromEntries(state.w.split(",").map((part) => part.split(":"))
	.filter(([counter, weight]) => COUNTERS.includes(counter) && /^\d+$/.test(weight)));
const written = (weights) => weights.map((pair) => pair.join(":")).join();
const sentence = (weights) => Object.entries(weights).map(([counter, weight], i) => [i > 0 && " + ", h("span", {}, `${full(weight)} × `, t(counter))]);

/** The sentence and its form; `dkp` is what the answer says of its own, none where it was refused. */
export function formula(dkp) {
	const weights = dkp?.weights ?? ownWeights();
	const counted = Object.keys(weights).length > 0;
	return h("details", { class: "formula", open: opened || !dkp, ontoggle: ({ target }) => (opened = target.open) },
		h("summary", {}, h("b", {}, t("dkp")), " = ", counted ? sentence(weights) : t("dkp_of_scan"), state.w && [" ", t("yours")]),
		form(counted ? weights : USUAL));
}

function form(weights) {
	const rows = h("div", { class: "terms" });
	const add = h("select", { "aria-label": text("add_counter"), onchange: () => {
		rows.append(term(add.value, 1));
		offer();
		rows.lastChild.querySelector("input").select();
	} });
	const term = (counter, weight) => h("p", { class: "term", "data-counter": counter },
		h("label", {}, h("input", { name: counter, type: "number", min: 0, max: 1000000, step: 1, required: true, value: weight, inputmode: "numeric" }),
			" × ", t(counter)),
		h("button", { class: "icon", type: "button", "aria-label": text("remove", text(counter)), onclick: ({ currentTarget }) => {
			currentTarget.parentElement.remove();
			offer();
			add.focus();
		} }, "×"));
	/** The counters that are not in the formula yet. */
	function offer() {
		const there = [...rows.children].map((row) => row.dataset.counter);
		fill(add, h("option", { value: "" }, t("add_counter")), COUNTERS.filter((counter) => !there.includes(counter))
			.map((counter) => h("option", { value: counter }, t(counter))));
	}
	const apply = (event) => {
		event.preventDefault();
		go({ w: written([...new FormData(event.target)].map(([counter, weight]) => [counter, Number(weight)])) });
	};
	fill(rows, Object.entries(weights).map((pair) => term(...pair)));
	offer();
	return h("form", { onsubmit: apply }, rows, add, h("button", { class: "btn", type: "submit" }, t("apply")),
		state.w && link({ w: "" }, { class: "clear" }, t("kingdoms_own")));
}

/** In place of gains that a formula cannot give, or whose two scans count DKP differently; else raises again. */
export function refused(error) {
	if (error.status !== 400 || !/weights/.test(error.message)) throw error;
	const weights = ownWeights(), missing = Object.keys(weights).find((counter) => error.message.includes(`has ${counter},`));
	const { [missing]: _, ...rest } = weights;
	const others = ["kill_points", "kills", "deaths"].map((m) => link({ m }, { class: "btn" }, t(m)));
	return [formula(null), h("div", { class: "empty", role: "alert" },
		h("p", {}, missing ? t("no_counter", t(missing)) : t(state.w ? "bad_formula" : "two_bases")),
		h("p", { class: "end" }, missing && Object.keys(rest).length > 0 && link({ w: written(Object.entries(rest)) }, { class: "btn" }, t("without", t(missing))),
			state.w ? link({ w: "" }, { class: "btn" }, t("kingdoms_own")) : others))];
}
