// What stands in place of a view that two scans cannot give.
import { span } from "./api.js";
import { h, say } from "./dom.js";
import { form, ownWeights, written } from "./formula.js";
import { empty, ends } from "./parts.js";
import { link, state } from "./state.js";
import { t, text } from "./words.js";

/** In place of a view of two scans; an error that is none of these is raised again. */
export const instead = (error) => (error.status === 400 ? refused(error) : firstScan(error));

async function firstScan(error) {
	const { list, older } = error.status === 404 ? await span() : {};
	if (!list?.length || older.length) throw error;
	say(text("one_scan"));
	return [empty(t("one_scan")), list.length > 1 && ends(link({ date: "" }, { class: "btn" }, t("newest_two")))];
}

/** This formula cannot be told of them, or they count DKP differently. */
function refused(error) {
	if (!error.message.includes("weights")) throw error;
	const { w } = state, weights = Object.entries(ownWeights());
	const missing = weights.find(([counter]) => error.message.includes(`has ${counter},`))?.[0];
	const rest = weights.filter(([counter]) => counter !== missing), to = (patch, words) => link(patch, { class: "btn" }, words);
	const words = missing ? ["no_counter", text(missing)] : [w ? "bad_formula" : "two_bases"];
	say(text(...words));
	return [
		h("p.warn", t(...words)),
		ends(missing && rest.length > 0 && to({ w: written(rest) }, t("without", t(missing))),
			w ? to({ w: "" }, t("kingdoms_own")) : ["kill_points", "kills", "deaths"].map((m) => to({ m }, t(m)))),
		h("div.formula", form(ownWeights())),
	];
}
