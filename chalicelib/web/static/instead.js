// What stands in place of a view that two scans cannot give.
import { form, ownWeights, written } from "./formula.js";
import { bar, day, empty, h, link, metric, metrics, others, say, span, state, t, text } from "./kit.js";

/** In place of a view of two scans; an error that is none of these is raised again. */
export async function instead(error) {
	const { since, date } = state, { list, to, older } = await span();
	const late = since && since >= (date || to.snapshot_date);
	if (late) return told([text("not_older")], toward({ since: "" }, t("scan_before")));
	if (error.message.includes("weights")) return refused(error);
	if (error.status === 400 || older.length) throw error;
	return told([text("one_scan")], list.length > 1 && toward({ date: "" }, t("newest_two")));
}
const toward = (patch, words) => link(patch, { class: "btn" }, words);
function told(words, ...ways) {
	say(words.join(""));
	return [state.view === "gains" && bar(metrics()), empty(words), h("p.end", ways)];
}

/** One of the two scans has nothing of the metric: which, and what can be told of others. */
export async function lacking() {
	const { from, to, older } = await span(), m = metric(), none = [to, from].find((scan) => !scan.known[m]);
	if (!none) return told(t("none_known", text(m)));
	const other = none === from && older.find((scan) => scan.known[m]);
	return [
		...told(t("lacks", day(none), text(m)),
			other && toward({ since: other.snapshot_date }, t("compare", day(other))),
			both({ from, to })),
		m === "dkp" && h("div.formula", form(ownWeights())),
	];
}
/** The other metrics that both scans have. */
const both = ({ from, to }) =>
	others().filter((m) => from.known[m] && to.known[m]).map((m) => toward({ m }, t(m)));

/** This formula cannot be told of them, or they count DKP differently. */
async function refused({ message }) {
	const { w } = state, weights = Object.entries(ownWeights()), { from, to } = await span();
	if (!w && !(from.known.dkp && to.known.dkp)) return lacking();
	const missing = weights.find(([counter]) => message.includes(`has ${counter},`))?.[0];
	const rest = weights.filter(([counter]) => counter !== missing);
	const words = missing ? t("no_counter", text(missing)) : t(w ? "bad_formula" : "two_bases");
	return [
		...told(words, missing && rest.length > 0 && toward({ w: written(rest) }, t("without", t(missing))),
			w ? toward({ w: "" }, t("kingdoms_own")) : both({ from, to })),
		h("div.formula", form(ownWeights())),
	];
}
