// Gains between two scans: who, how much, and which of it is in doubt.
import {
	allianceColumn, alliancePicker, bar, card, day, distrust, figureColumn, fill, full, h, heading, icon,
	inDoubt, li, mainColumn, metric, metrics, mine, nameColumn, note, others, range, rankColumn, ranking, reason,
	since, spans, state, strong, t, table, tell, text,
} from "./kit.js";

/** Loaded when somebody wants it, and open from one formula to the next. */
let opened, form;

export async function view() {
	const m = metric(), dkp = m === "dkp";
	const [answer, end] = ranking("gains/", { from: since(), to: state.date, weights: dkp && state.w });
	const gains = await answer;
	if (!gains.total) return (await import("./instead.js")).lacking();
	const { entries, total, suspects, dkp: { weights = {} } } = gains;
	const doubt = (entry) => inDoubt(entry, m, gains.dkp), title = text("gained", text(m));
	const about = `${title}, ${text("from_to", day(gains.from), day(gains.to))}`;
	tell(entries.length, total, "", about);
	return [
		bar(metrics()), bar(heading(gains), h("div.picks", await spans(gains), alliancePicker())),
		dkp && formula(weights),
		counts(gains, entries.filter((e) => e.suspects[0]).length, entries.filter(doubt).length),
		distrust(gains.unreliable_columns, weights),
		table(`${text("kingdom_n", state.k)}: ${about}`, [
			rankColumn, nameColumn, allianceColumn,
			mainColumn(entries, { words: title, doubt, span: gains, sign: true }),
			{ key: "from_and_to", kind: "num chg far below", cell: (e) => range(e.from, e.to) },
			...others().map((x) => figureColumn(x, "wide", (e) => e.values[x], true)),
		], entries),
		end(gains),
		suspects.length > 0 && h("section.list", { id: "out" }, h("h2", t("left_out")), note(t("left_out_is")),
			h("ul.people", suspects.map((one) => li(card(one), h("p", reason(one, gains)))))),
		gains.me && mine(gains),
	];
}

/** What the table says and does not say, in one line. */
const counts = ({ days, total, unknown, suspects: { length } }, flagged, doubted) => note(
	t("days", days), t("ranked", strong(total), total), unknown > 0 && t("n_unknown", unknown),
	flagged > 0 && [icon("flag"), "\u00a0", t("n_flagged", flagged, doubted)],
	length > 0 && h("a.one", { href: "#out" }, t("n_left_out", length)),
);

/** DKP as a sentence, which opens a form for its numbers. */
function formula(weights) {
	const terms = Object.entries(weights).map(([name, weight], i) =>
		[i > 0 && " + ", h("span.one", `${full(weight)} × `, t(name))]);
	const place = h("div", opened && form?.(weights)), open = () => import("./formula.js").then((module) => {
		({ form } = module);
		fill(place, form(weights));
	}, () => say(text("offline"), true));
	return h("details.formula", {
		open: opened, ontoggle: ({ target }) => (opened = target.open) && !place.firstChild && open(),
	}, h("summary", h("b", t("dkp")), " = ", terms.length ? terms : t("dkp_of_scan"),
		state.w && [" ", t("yours")]), place);
}
