// Gains between two scans: who, how much, and which of it is in doubt.
import { get, getAll, ofKingdom } from "./api.js";
import { heading, spans } from "./between.js";
import { fill, h, icon, say } from "./dom.js";
import { compact, day, full, range } from "./format.js";
import { alliancePicker, bar, card, empty, ends, files, li, metrics, mine, note, showAll, strong } from "./parts.js";
import { me, metric, METRICS, others, state } from "./state.js";
import { distrust, inDoubt, reason } from "./suspects.js";
import { allianceColumn, mainColumn, nameColumn, otherColumns, rankColumn, table } from "./table.js";
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
			rankColumn(), nameColumn(), allianceColumn(), mainColumn(gains.entries, { words: title, doubt, span: gains, sign: true }),
			{ key: "span", words: t("from_and_to"), kind: "num chg far below", cell: (e) => range(e.from, e.to) },
			...otherColumns().map(({ key, words, kind }) => (
				{ key, words, kind, by: (e) => e.values[key], cell: (e) => compact(e.values[key], true) })),
		], gains.entries) : empty(t("none_known", text(m))),
		ends(!whole && showAll(gains.entries, gains.total), files(ofKingdom("gains/" + m, asked))),
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
