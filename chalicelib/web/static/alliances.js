// The alliances of a scan: what their members have together, and gained.
import { get, ofKingdom } from "./api.js";
import { h, icon, say, sr } from "./dom.js";
import { compact, day, full, shortDay, time } from "./format.js";
import { allied, bar, ends, files, metrics, note, numberCell, rankCell, strong, under, valueCell } from "./parts.js";
import { FRESH, link, metric, others, state } from "./state.js";
import { distrust } from "./suspects.js";
import { column, otherColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

/** What is known of somebody at least. */
const sum = (total) => (total?.known ? total.sum : null);
const mean = (total) => (total.known ? Math.round(total.sum / total.known) : null);

export async function view() {
	const m = metric(), url = ofKingdom("alliances", { date: state.date, since: state.since || "previous" });
	const { alliances, since, snapshot_date: date, unreliable_columns: loose = [] } = await get(url);
	const value = (one) => sum(one.metrics[m]), gain = (one) => sum(one.gains?.[m]);
	// The API has them by power. Players without an alliance are none: they come last, without a rank.
	const order = alliances.filter((one) => one.alliance !== null).sort((a, b) => value(b) - value(a));
	const ranked = order.map((one) => ({ ...one, rank: 1 + order.findIndex((other) => value(other) === value(one)) }));
	const list = sorted(ranked, {
		alliance: (one) => one.alliance, members: (one) => one.members, [m]: value, gain, mean: (one) => mean(one.metrics[m]),
	});
	const top = Math.max(1, ...ranked.map(value));
	const line = (one) => h("tr", { class: one.rank <= 3 && !state.sort && "top" },
		one.rank ? rankCell(one.rank) : h("td.rank"),
		h("th.who", { scope: "row" },
			one.rank ? link({ ...FRESH, view: "board", a: one.alliance }, {}, allied(one.alliance)) : allied(null), under(t("n_members", one.members))),
		numberCell(full(one.members)), valueCell(value(one), value(one) / top, {}, since && gained(one, m)),
		since && h("td", { class: "num wide chg" }, gained(one, m)),
		numberCell(compact(mean(one.metrics[m]))), others().map((x) => numberCell(compact(sum(one.metrics[x])))));
	const columns = [
		rankColumn(), column("alliance", t("alliance"), "who", "text"), column("members", t("members"), "num wide", true),
		column(m, t(m), "num main", true), since && column("gain", t("gain"), "num wide chg", true),
		column("mean", t("mean"), "num wide", true), ...otherColumns(),
	];
	const known = ranked.every((one) => one.metrics[m].known === one.members);
	say(`${text("n_alliances", ranked.length)}, ${text(m)}`);
	return [
		bar(metrics()), note(t("n_alliances", strong(ranked.length), ranked.length),
			since && [" · ", t("gain"), " ", t("since_day", time(since.snapshot_date, shortDay))], !known && [" · ", t("known_only")]),
		distrust(loose.filter((one) => one.column === m)),
		table(`${text("view_alliances")}, ${text("kingdom_n", state.k)}, ${day(date)}`, columns,
			[...list, ...alliances.filter((one) => one.alliance === null)].map(line)),
		ends(files(url)),
	];
}

/** Where somebody's gain is suspect the sum leads to where it is explained. */
function gained({ alliance, gains }, m) {
	const figure = compact(sum(gains[m]), true), { suspects } = gains[m];
	return suspects ? link({ ...FRESH, view: "gains", a: alliance ?? "" }, { class: "some" },
		icon("flag"), sr(t("n_suspect", suspects), " "), figure) : figure;
}
