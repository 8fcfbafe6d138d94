// The form of a formula of the reader's own.
import { fill, go, h, link, state, t, text } from "./kit.js";

const tiers = (what) => [5, 4, 3, 2, 1].map((tier) => `t${tier}_${what}`);
/** What the API weighs, the usual first. */
const COUNTERS = [
	...tiers("kills"), "deaths", ...tiers("deaths"), "kills", "kill_points", "ranged_points", "rss_gathered",
	"rss_assistance", "helps", "acclaim",
];
const USUAL = { t4_kills: 10, t5_kills: 20, deaths: 40 };
/** The weights of the address, as far as they can be read. */
export const ownWeights = () => Object.fromEntries(state.w.split(",").map((part) => part.split(":"))
	.filter(([counter, weight]) => COUNTERS.includes(counter) && /^\d+$/.test(weight)));
export const written = (pairs) => pairs.map((pair) => pair.join(":")).join();

/** The form of a formula; of the usual one where there is none. */
export function form(weights) {
	const term = (name, value) => {
		const input = h("input", { name, type: "number", min: 0, max: 1e6, required: true, value });
		return h("p.term", h("label", input, " × ", t(name)), h("button.icon", {
			label: text("remove", text(name)), onclick: ({ currentTarget }) => {
				currentTarget.parentElement.remove();
				offer();
				add.focus();
			},
		}, "×"));
	};
	const given = Object.entries(Object.keys(weights).length ? weights : USUAL);
	const terms = h("div.terms", given.map((pair) => term(...pair)));
	const add = h("select", { label: text("add_counter"), onchange: () => {
		terms.append(term(add.value, 1));
		offer();
		terms.lastChild.querySelector("input").select();
	} });
	/** The counters that are not in the formula yet. */
	const offer = () => fill(add, ["", ...COUNTERS]
		.filter((name) => !name || !terms.querySelector(`[name=${name}]`))
		.map((value) => h("option", { value }, t(value || "add_counter"))));
	offer();
	const onsubmit = ({ target }) =>
		go({ w: written([...new FormData(target)].map(([name, weight]) => [name, Number(weight)])), at: "" });
	return h("form", { onsubmit }, terms, add, h("button.btn", { type: "submit" }, t("apply")),
		state.w && link({ w: "" }, {}, t("kingdoms_own")));
}
