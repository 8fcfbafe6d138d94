// What stands in place of a view that two scans cannot give.
import { form, ownWeights, written } from "./formula.js";
import { bar, empty, h, link, metrics, say, span, state, t, text } from "./kit.js";

const to = (patch, words) => link(patch, { class: "btn" }, words);

/** In place of a view of two scans; an error that is none of these is raised again. */
export async function instead(error) {
	const { view, since, date } = state, { list, to: shown, older } = await span();
	if (error.message.includes("weights")) return refused(error);
	const late = since && since >= (date || shown.snapshot_date), words = late ? "not_older" : "one_scan";
	if (!late && (error.status === 400 || older.length)) throw error;
	say(text(words));
	return [
		view === "gains" && bar(metrics()), empty(t(words)),
		late ? to({ since: "" }, t("scan_before")) : list.length > 1 && to({ date: "" }, t("newest_two")),
	];
}

/** This formula cannot be told of them, or they count DKP differently. */
function refused({ message }) {
	const { w } = state, weights = Object.entries(ownWeights());
	const missing = weights.find(([counter]) => message.includes(`has ${counter},`))?.[0];
	const rest = weights.filter(([counter]) => counter !== missing);
	const words = missing ? ["no_counter", text(missing)] : [w ? "bad_formula" : "two_bases"];
	say(text(...words));
	return [
		bar(metrics()), h("p.warn", t(...words)),
		h("p.end", missing && rest.length > 0 && to({ w: written(rest) }, t("without", t(missing))),
			w ? to({ w: "" }, t("kingdoms_own")) : ["kill_points", "kills", "deaths"].map((m) => to({ m }, t(m)))),
		h("div.formula", form(ownWeights())),
	];
}
