// A board of several kingdoms, of the newest scan of each.
import {
	address, allianceColumn, arms, bar, button, ends, FRESH, get, go, h, kingdoms, link, mainColumn, metric,
	metrics, named, nameColumn, note, otherColumns, others, rankColumn, row, say, shortDay, state, strong, t,
	table, tell, text, time,
} from "./kit.js";

/** So many the API shows at once. */
const MOST = 64;

export async function view() {
	const m = metric();
	const of = (some) => address("leaderboards/" + m, { kingdoms: some, with: others().join(), limit: 100 });
	let url = of(state.ks);
	const [all, board] = await Promise.all([kingdoms(), get(url).catch((error) => {
		// Too many for all of them: the reader chooses, from the one that is shown.
		if (error.status !== 400 || state.ks) throw error;
		return get((url = of(state.k)));
	})]);
	const chosen = board.kingdoms.map((one) => String(one.kingdom)), { total, entries } = board;
	const columns = [
		rankColumn, { ...nameColumn, cell: someone }, { key: "kingdom", kind: "realm below", cell: realm },
		allianceColumn, mainColumn(entries), ...otherColumns(),
	].map(({ by, vars, ...column }) => column);
	const roll = table(`${text(m)}, ${text("view_kingdoms")} ${chosen.join(", ")}`, columns, entries);
	const [body] = roll.tBodies ?? [];
	const scans = board.kingdoms.map((one) => [h("b", String(one.kingdom)), " ", time(one, shortDay)]);
	tell(entries.length, total);
	return [
		bar(metrics()), choice(all, chosen),
		note(t("ranked", strong(total), total), ...(scans.length < 9 ? scans : [])),
		note(t("unmarked")), roll,
		ends(url, more(url, board, (page) => {
			body.append(...page.entries.map((e) => row(columns, e)));
			tell(body.rows.length, total);
		})),
	];
}

const there = (e) => ({ ...FRESH, k: e.kingdom, date: "", since: "" });
const realm = (e) =>
	link({ ...there(e), view: "board" }, { class: "tag some" }, arms(e.kingdom, 14), String(e.kingdom));
const someone = (e) => link({ ...there(e), ks: state.ks, p: e.id }, {}, named(e));

/** Which kingdoms: all, or some of them. */
function choice(all, chosen) {
	const many = all.length, few = chosen.length < many;
	const onsubmit = ({ target }) => {
		const ticked = new FormData(target).getAll("ks");
		go({ ks: ticked.length === many ? "" : ticked.slice(0, MOST).join() });
	};
	return h("details.formula",
		h("summary", h("b", t("view_kingdoms")), ": ", few ? chosen.join(", ") : t("all_n", many)),
		h("form", { onsubmit }, h("div.ticks", all.map(({ kingdom: value, latest }) => h("label.tick",
			h("input", { type: "checkbox", name: "ks", value, checked: chosen.includes(String(value)) }),
			h("b", String(value)), time(latest, shortDay)))),
		h("button.btn", { type: "submit" }, t("apply")),
		few && many <= MOST && link({ ks: "" }, {}, t("all_n", many)),
		link({ ks: state.k }, {}, t("only", state.k)), many > MOST && t("at_most", MOST)));
}

/** A button that goes on by the answer's own `next`. */
function more(url, { next }, add) {
	const on = button(t("show_more"), () => get(new URL(next, url)).then((page) => {
		if (page.next === next) return;
		({ next } = page);
		add(page);
		if (!next) on.remove();
	}, (error) => say(error.message || text("offline"), true)), "btn");
	return next && on;
}
