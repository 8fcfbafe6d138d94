// Gains between two scans: who, how much, and which of it is in doubt.
import { get, getAll, ofKingdom } from "./api.js";
import { counted, firstScan, heading, spans, suspected } from "./between.js";
import { mine } from "./board.js";
import { h, icon, say } from "./dom.js";
import { compact, day, range } from "./format.js";
import { formula, refused } from "./formula.js";
import {
	allianceCell, alliancePicker, bar, empty, ends, files, metrics, note, numberCell, rankCell, row, strong, tallest, valueCell, visible, whoCell,
} from "./parts.js";
import { link, me, metric, METRICS, others, state } from "./state.js";
import { distrust, inDoubt } from "./suspects.js";
import { column, nameColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

export async function view() {
	const m = metric(), whole = state.all || state.sort || state.a;
	const asked = {
		from: state.since, to: state.date, with: others().join(), alliance: state.a, weights: m === "dkp" && state.w,
		limit: whole ? 1000 : 100, around: !whole && state.at,
	};
	const url = ofKingdom("gains/" + m, { ...asked, me: me() });
	let gains;
	try {
		gains = await (whole ? getAll(url) : get(url));
	} catch (error) {
		return [bar(metrics()), await (error.status === 400 ? refused(error) : firstScan(error))];
	}
	const weights = m === "dkp" ? gains.dkp.weights : null, loose = gains.unreliable_columns;
	const doubt = (entry) => inDoubt(entry.suspects, m, entry.value, weights);
	const shownHere = ({ column: name }) => METRICS.includes(name) || name in (weights ?? {});
	const title = text("gained", text(m)), days = `${day(gains.from.snapshot_date)} – ${day(gains.to.snapshot_date)}`;
	say(`${text("told", gains.entries.length, gains.total, title)}, ${days}`);
	return [
		bar(metrics()), bar(heading(gains), h("div.picks", await spans(gains), alliancePicker())), m === "dkp" && formula(gains.dkp),
		note(counts(gains, doubt)), distrust(loose.filter(shownHere)),
		gains.total ? table(`${title}, ${text("kingdom_n", state.k)}, ${days}`, columns(m), rows(gains, m, doubt)) : empty(t("none_gained", text(m))),
		ends(!whole && gains.total > gains.entries.length && link({ all: 1, at: "" }, { class: "btn" }, t("show_all", gains.total)),
			files(ofKingdom("gains/" + m, asked))),
		gains.suspects.length > 0 && h("section.list", { id: "out" }, h("h2", counted(t("left_out"), gains.suspects.length)),
			note(t("left_out_is")), suspected(gains.suspects, gains)),
		distrust(loose.filter((one) => !shownHere(one))),
		gains.me && mine(gains),
	];
}

/** What the table says and does not say, in one line. */
function counts({ days, total, unknown, entries, suspects }, doubt) {
	const doubted = entries.filter(doubt).length;
	return [
		t("days", days), " · ", t("ranked", strong(total), total), unknown > 0 && [" · ", t("n_unknown", unknown)],
		doubted > 0 && [" · ", icon("flag"), "\u00a0", t("n_doubted", doubted)],
		suspects.length > 0 && [" · ", h("a.one", { href: "#out" }, t("n_left_out", suspects.length))],
	];
}

const columns = (m) => [
	rankColumn(), ...nameColumns(), column(m, t("gained", t(m)), "num main", true), column("span", t("from_and_to"), "num wide chg far"),
	...others().map((x) => column(x, t(x), "num wide", true)),
];

function rows(gains, m, doubt) {
	const top = tallest(gains.entries, doubt);
	const list = sorted(gains.entries, {
		name: (e) => visible(e.name) && e.name, alliance: (e) => e.alliance, [m]: (e) => e.value,
		...Object.fromEntries(others().map((x) => [x, (e) => e.values[x]])),
	});
	return list.map((e) => () => row(e, !state.sort && !doubt(e), rankCell(e.rank), whoCell(e), allianceCell(e),
		valueCell(e.value, e.value / top, { suspects: e.suspects, doubt: doubt(e), span: gains, sign: true }, range(e.from, e.to)),
		h("td", { class: "num wide chg far" }, range(e.from, e.to)), others().map((x) => numberCell(compact(e.values[x], true)))));
}
