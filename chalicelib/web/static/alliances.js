// The alliances of a scan: what their members have together, and gained.
import { get, ofKingdom } from "./api.js";
import { icon, say, sr } from "./dom.js";
import { compact, day, full, shortDay, time } from "./format.js";
import { allied, bar, ends, files, metrics, note, strong } from "./parts.js";
import { FRESH, link, metric, state } from "./state.js";
import { distrust } from "./suspects.js";
import { mainColumn, nameColumn, otherColumns, rankColumn, table } from "./table.js";
import { t, text } from "./words.js";

/** What is known of somebody at least. */
const sum = (total) => (total?.known ? total.sum : null);
const mean = (total) => (total.known ? Math.round(total.sum / total.known) : null);

export async function view() {
	const m = metric(), url = ofKingdom("alliances", { date: state.date, since: state.since || "previous" });
	const { alliances, since, snapshot_date: date, unreliable_columns: loose = [] } = await get(url);
	const value = (one) => sum(one.metrics[m]);
	// The API has them by power. Players without an alliance are none: they come last, without a rank.
	const order = alliances.filter((one) => one.alliance !== null).sort((a, b) => value(b) - value(a));
	const ranked = order.map((one) => ({ ...one, rank: 1 + order.findIndex((other) => value(other) === value(one)) }));
	const named = ({ rank, alliance: a }) => (rank ? link({ ...FRESH, view: "board", a }, {}, allied(a)) : allied(null));
	const average = (one) => mean(one.metrics[m]);
	const columns = [
		rankColumn(), { ...nameColumn(named), key: "alliance", words: t("alliance"), by: (one) => one.alliance },
		{ key: "members", words: t("members"), kind: "num side below", label: text("members"), by: (one) => one.members,
			cell: (one) => full(one.members) },
		mainColumn(ranked, { by: value }),
		since && { key: "gain", words: t("gain"), kind: "num chg below", by: (one) => sum(one.gains?.[m]),
			cell: (one) => gained(one, m) },
		{ key: "mean", words: t("mean"), kind: "num wide", by: average, cell: (one) => compact(average(one)) },
		...otherColumns((one, x) => sum(one.metrics[x])),
	];
	const known = ranked.every((one) => one.metrics[m].known === one.members);
	say(`${text("n_alliances", ranked.length)}, ${text(m)}`);
	return [
		bar(metrics()), note(t("n_alliances", strong(ranked.length), ranked.length),
			since && [" · ", t("gain"), " ", t("since_day", time(since.snapshot_date, shortDay))], !known && [" · ", t("known_only")]),
		distrust(loose.filter((one) => one.column === m)),
		table(`${text("view_alliances")}, ${text("kingdom_n", state.k)}, ${day(date)}`, columns,
			[...ranked, ...alliances.filter((one) => one.alliance === null)]),
		ends(files(url)),
	];
}

/** Where somebody's gain is suspect the sum leads to where it is explained. */
function gained({ alliance, gains }, m) {
	const figure = compact(sum(gains[m]), true), { suspects } = gains[m];
	return suspects ? link({ ...FRESH, view: "gains", a: alliance ?? "" }, { class: "some" },
		icon("flag"), sr(t("n_suspect", suspects), " "), figure) : figure;
}
