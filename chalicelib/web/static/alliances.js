// The alliances of a scan: what their members have together, and gained.
import {
	allied, bar, compact, day, distrust, ends, figureColumn, FRESH, full, get, icon, link, mainColumn, metric,
	metrics, nameColumn, note, ofKingdom, otherColumns, rankColumn, say, shortDay, since, sr, state, strong, t,
	table, text, time,
} from "./kit.js";

/** What is known of somebody at least. */
const sum = (total) => (total?.known ? total.sum : null);

export async function view() {
	const m = metric(), url = ofKingdom("alliances", { date: state.date, since: since() || "previous" });
	const answer = await get(url), { alliances, since: before, unreliable_columns: loose = [] } = answer;
	const value = (one) => sum(one.metrics[m]);
	// The API has them by power. Players without an alliance are none: they come last, without a rank.
	const order = alliances.filter((one) => one.alliance !== null).sort((a, b) => value(b) - value(a));
	const ranked = order.map((one) => (
		{ ...one, rank: 1 + order.findIndex((other) => value(other) === value(one)) }));
	const named = ({ rank, alliance: a }) =>
		(rank ? link({ ...FRESH, view: "board", a }, {}, allied(a)) : allied(a));
	const mean = ({ metrics: { [m]: { known, sum: all } } }) => (known ? Math.round(all / known) : null);
	const all = ranked.every((one) => one.metrics[m].known === one.members);
	say(`${text("n_alliances", ranked.length)}, ${text(m)}`);
	return [
		bar(metrics()), note(t("n_alliances", strong(ranked.length), ranked.length),
			before && [t("gain"), " ", t("since_day", time(before, shortDay))], !all && t("known_only")),
		distrust(loose.filter((one) => one.column === m)),
		table(`${text("view_alliances")}, ${text("kingdom_n", state.k)}, ${day(answer)}`, [
			rankColumn, { key: "alliance", kind: "who", by: (one) => one.alliance, cell: named },
			{ key: "members", kind: "num side below", label: text("members"), by: (one) => one.members,
				cell: (one) => full(one.members) },
			mainColumn(ranked, { by: value }),
			before && { key: "gain", kind: "num chg below", by: (one) => sum(one.gains?.[m]),
				cell: (one) => gained(one, m) },
			figureColumn("mean", "wide", mean),
			...otherColumns((one, x) => sum(one.metrics[x])),
		], [...ranked, ...alliances.filter((one) => one.alliance === null)]),
		ends(url),
	];
}

/** Where somebody's gain is suspect the sum leads to where it is explained. */
function gained({ alliance, gains }, m) {
	const figure = compact(sum(gains[m]), true), { suspects } = gains[m];
	return suspects ? link({ ...FRESH, view: "gains", a: alliance ?? "" }, { class: "some" },
		icon("flag"), sr(t("n_suspect", suspects), " "), figure) : figure;
}
