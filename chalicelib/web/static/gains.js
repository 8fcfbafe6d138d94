// Gains between two scans: who, how much, and which of it is in doubt.
import { get, getAll, ofKingdom } from "./api.js";
import { h, icon, say, shown } from "./dom.js";
import { compact, day, full } from "./format.js";
import { formula, refused } from "./formula.js";
import {
	allianceCell, bar, empty, ends, files, metrics, note, numberCell, rankCell, row, strong, tallest, valueCell, whoCell,
} from "./parts.js";
import { leftOut } from "./people.js";
import { firstScan, heading, spans, unreliable } from "./span.js";
import { link, me, metric, others, state } from "./state.js";
import { inDoubt } from "./suspects.js";
import { column, nameColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

export async function view() {
	const m = metric(), whole = Boolean(state.all || state.sort);
	const url = ofKingdom("gains/" + m, {
		from: state.since, to: state.date, limit: whole ? 1000 : 100, with: others().join(), me: me(),
		alliance: state.a, weights: m === "dkp" && state.w,
	});
	let gains;
	try {
		gains = await (whole ? getAll(url) : get(url));
	} catch (error) {
		return [bar(metrics()), await (error.status === 400 ? refused(error) : firstScan(error))];
	}
	const weights = m === "dkp" ? gains.dkp.weights : undefined;
	const doubt = (entry) => inDoubt(entry.suspects, m, entry.value, weights);
	const told = (name) => name === m || (weights && name in weights);
	const [near, far] = [true, false].map((here) => gains.unreliable_columns.filter((one) => Boolean(told(one.column)) === here));
	say(text("gains_said", gains.entries.length, gains.total, text(m), day(gains.from.snapshot_date), day(gains.to.snapshot_date)));
	return [
		bar(metrics()),
		bar(heading(gains), await spans(gains)),
		m === "dkp" && formula(gains.dkp),
		note(counts(gains, doubt)),
		unreliable(near),
		gains.total > 0 ? roll(gains, m, doubt) : empty(t("nobody_gained", t(m))),
		ends(!whole && gains.next && link({ all: 1 }, { class: "btn" }, t("show_all", gains.total)), files(url)),
		leftOut(gains),
		unreliable(far),
	];
}

/** What the table says and does not say, in one line. */
function counts(gains, doubt) {
	const doubted = gains.entries.filter(doubt).length, out = gains.suspects.length;
	const parts = [
		t("days", gains.days),
		t("n_ranked", strong(gains.total), gains.total),
		gains.unknown > 0 && t("n_unknown", gains.unknown),
		doubted > 0 && h("span", { class: "nowrap" }, icon("flag"), " ", t("n_doubted", doubted)),
		out > 0 && h("a", { href: "#out" }, t("n_left_out", out)),
		state.a && [h("bdi", { dir: "auto" }, state.a), " ", link({ a: "" }, {}, t("all_alliances"))],
	].filter(Boolean);
	return parts.map((part, i) => [i > 0 && " · ", part]);
}

function roll(gains, m, doubt) {
	const rest = others(), top = tallest(gains.entries, doubt);
	const list = sorted(gains.entries, {
		name: (e) => e.name, alliance: (e) => e.alliance, [m]: (e) => e.value,
		...Object.fromEntries(rest.map((x) => [x, (e) => e.values[x]])),
	});
	const span = (e) => [compact(e.from), shown(" → "), compact(e.to)];
	const rows = list.map((e) => row(e, !state.sort && !doubt(e),
		rankCell(e.rank), whoCell(e), allianceCell(e),
		valueCell(e.value, e.value / top, { suspects: e.suspects, doubt: doubt(e), span: gains, sign: true }, span(e)),
		h("td", { class: "num wide chg" }, span(e)), rest.map((x) => numberCell(compact(e.values[x], true)))));
	const columns = [
		rankColumn(), ...nameColumns(), column(m, t("gained", t(m)), "num main", true), column("span", t("from_and_to"), "num wide chg"),
		...rest.map((x) => column(x, t(x), "num wide", true)),
	];
	const caption = text("gains_caption", text(m), text("kingdom_n", state.k), day(gains.from.snapshot_date), day(gains.to.snapshot_date));
	return table(caption, columns, rows);
}
