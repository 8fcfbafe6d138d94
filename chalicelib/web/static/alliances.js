// The alliances of a scan: what their members have together, and gained.
import { get, ofKingdom } from "./api.js";
import { h, icon, say, sr } from "./dom.js";
import { compact, day, full, shortDay, time } from "./format.js";
import { allied, bar, ends, files, metrics, note, numberCell, rankCell, strong, under, valueCell } from "./parts.js";
import { unreliable } from "./span.js";
import { FRESH, link, metric, METRICS, others, state } from "./state.js";
import { column, otherColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

export async function view() {
	const m = metric(), url = ofKingdom("alliances", { date: state.date, since: state.since || "previous" });
	const answer = await get(url), { since } = answer;
	const ranked = byValue(answer.alliances.filter((one) => one.alliance !== null), m);
	const list = [...sorted(ranked, keys(m)), ...answer.alliances.filter((one) => one.alliance === null)];
	const top = Math.max(1, ...list.map((one) => value(one, m) ?? 0));
	const partly = list.some((one) => one.metrics[m].known < one.members);
	say(text("alliances_said", ranked.length, text(m)));
	const columns = [
		rankColumn(), column("alliance", t("alliance"), "who", "text"), column("members", t("members"), "num wide", true),
		column(m, t(m), "num main", true), since && column("gain", t("gained_short"), "num wide chg", true),
		column("mean", t("mean"), "num wide", true), ...otherColumns(),
	];
	return [
		bar(metrics()),
		note(t("n_alliances", strong(ranked.length), ranked.length), since && [" · ", t("gains_since", time(since.snapshot_date, shortDay))],
			partly && [" · ", t("known_only")]),
		since && unreliable(answer.unreliable_columns.filter((one) => one.column === m)),
		table(text("alliances_caption", text("kingdom_n", state.k), day(answer.snapshot_date)), columns, list.map((one) => line(one, m, since, top))),
		ends(files(url)),
	];
}

/** The sum that is known of somebody. */
const value = (one, m) => (one.metrics[m].known ? one.metrics[m].sum : null);
const mean = (one, m) => (one.metrics[m].known ? Math.round(one.metrics[m].sum / one.metrics[m].known) : null);
const gain = (one, m) => (one.gains?.[m].known ? one.gains[m].sum : null);
const keys = (m) => ({
	alliance: (one) => one.alliance, members: (one) => one.members, gain: (one) => gain(one, m), mean: (one) => mean(one, m),
	...Object.fromEntries(METRICS.map((x) => [x, (one) => value(one, x)])),
});
/** The API has them by power; here they rank by the metric that is shown, equal sums alike. */
function byValue(list, m) {
	const order = [...list].sort((a, b) => (value(b, m) ?? -1) - (value(a, m) ?? -1));
	const first = new Map(order.map((one, i) => [value(one, m), i + 1]).reverse());
	return order.map((one) => ({ ...one, rank: first.get(value(one, m)) }));
}

function line(one, m, since, top) {
	const honour = one.rank <= 3 && !state.sort && "top", sum = value(one, m);
	return h("tr", { class: honour }, one.rank ? rankCell(one.rank) : h("td", { class: "rank" }),
		h("th", { scope: "row", class: "who" }, named(one), under(t("n_members", one.members))),
		numberCell(full(one.members)),
		valueCell(sum, sum / top, {}, since && gained(one, m)),
		since && h("td", { class: "num wide chg" }, gained(one, m)),
		numberCell(compact(mean(one, m))), others().map((x) => numberCell(compact(value(one, x)))));
}
const named = (one) => one.alliance === null ? allied(null)
	: link({ ...FRESH, view: "board", a: one.alliance }, {}, allied(one.alliance));
/** Where some gain is suspect the figure leads to where it is explained. */
function gained(one, m) {
	const { suspects } = one.gains[m], figure = compact(gain(one, m), true);
	return suspects && one.alliance !== null
		? link({ ...FRESH, view: "gains", a: one.alliance }, { class: "some" }, icon("flag"), sr(t("n_suspect", suspects), " "), figure)
		: figure;
}
