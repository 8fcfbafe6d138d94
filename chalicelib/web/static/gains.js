// Gains between two scans: who, how much, and which of it is in doubt.
import { get, getAll, ofKingdom } from "./api.js";
import { heading, spans } from "./between.js";
import { fill, h, icon, say } from "./dom.js";
import { compact, day, full, range } from "./format.js";
import {
	allianceCell, alliancePicker, bar, card, empty, ends, files, li, metrics, mine, note, numberCell, rankCell, row, strong, tallest,
	valueCell, visible, whoCell,
} from "./parts.js";
import { link, me, metric, METRICS, others, state } from "./state.js";
import { distrust, inDoubt, reason } from "./suspects.js";
import { column, nameColumns, rankColumn, sorted, table } from "./table.js";
import { t, text } from "./words.js";

/** Loaded when somebody wants it, and open from one formula to the next. */
let opened, form;

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
		return [bar(metrics()), await (await import("./instead.js")).instead(error)];
	}
	const { weights = {} } = gains.dkp, doubt = (entry) => inDoubt(entry.suspects, m, entry.value, gains.dkp.weights);
	const title = text("gained", text(m)), about = `${title}, ${text("from_to", day(gains.from.snapshot_date), day(gains.to.snapshot_date))}`;
	say(text("told", gains.entries.length, gains.total, about));
	return [
		bar(metrics()), bar(heading(gains), h("div.picks", await spans(gains), alliancePicker())), m === "dkp" && formula(weights),
		note(counts(gains, doubt)),
		distrust(gains.unreliable_columns.filter(({ column: name }) => METRICS.includes(name) || name in weights)),
		gains.total ? table(`${text("kingdom_n", state.k)}: ${about}`, [
			rankColumn(), ...nameColumns(), column(m, title, "num main", true), column("span", t("from_and_to"), "num wide chg far"),
			...others().map((x) => column(x, t(x), "num wide", true)),
		], rows(gains, m, doubt)) : empty(t("none_known", text(m))),
		ends(!whole && gains.total > gains.entries.length && link({ all: 1, at: "" }, { class: "btn" }, t("show_all", gains.total)),
			files(ofKingdom("gains/" + m, asked))),
		gains.suspects.length > 0 && h("section.list", { id: "out" }, h("h2", t("left_out")), note(t("left_out_is")),
			h("ul.people", gains.suspects.map((one) => li(card(one), h("p", reason(one, gains)))))),
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

/** DKP as a sentence, which opens a form for its numbers. */
function formula(weights) {
	const terms = Object.entries(weights).map(([name, weight], i) => [i > 0 && " + ", h("span.one", `${full(weight)} × `, t(name))]);
	const place = h("div", opened && form?.(weights)), open = () => import("./formula.js").then((module) => {
		({ form } = module);
		fill(place, form(weights));
	}, () => say(text("offline"), true));
	return h("details.formula", { open: opened, ontoggle: ({ target }) => (opened = target.open) && !place.firstChild && open() },
		h("summary", h("b", t("dkp")), " = ", terms.length ? terms : t("dkp_of_scan"), state.w && [" ", t("yours")]), place);
}
