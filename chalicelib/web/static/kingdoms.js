// A board of several kingdoms, of the newest scan of each.
import { address, get, kingdoms } from "./api.js";
import { arms } from "./arms.js";
import { h, say } from "./dom.js";
import { shortDay, time } from "./format.js";
import { bar, button, empty, ends, files, metrics, named, note, strong } from "./parts.js";
import { FRESH, go, link, metric, others, state } from "./state.js";
import { allianceColumn, mainColumn, nameColumn, otherColumns, rankColumn, row, table } from "./table.js";
import { t, text } from "./words.js";

/** So many the API shows at once. */
const MOST = 64;

export async function view() {
	const m = metric(), of = (some) => address("leaderboards/" + m, { kingdoms: some, with: others().join(), limit: 100 });
	let url = of(state.ks);
	const [all, board] = await Promise.all([kingdoms(), get(url).catch((error) => {
		// Too many for all of them: the reader chooses, from the one that is shown.
		if (error.status !== 400 || state.ks) throw error;
		return get((url = of(state.k)));
	})]);
	const chosen = board.kingdoms.map((one) => String(one.kingdom));
	const columns = [
		rankColumn(), nameColumn(someone), { key: "kingdom", words: t("kingdom"), kind: "realm below", cell: realm }, allianceColumn(),
		mainColumn(board.entries), ...otherColumns(),
	].map(({ by, ...column }) => column);
	const roll = table(`${text(m)}, ${text("view_kingdoms")} ${chosen.join(", ")}`, columns, board.entries);
	const tell = () => say(text("told", roll.tBodies[0].rows.length, board.total, text(m)));
	tell();
	return [
		bar(metrics()), choice(all, chosen), note(t("ranked", strong(board.total), board.total), board.kingdoms.length < 9
			&& board.kingdoms.map((one) => [" · ", h("b", String(one.kingdom)), " ", time(one.snapshot_date, shortDay)])),
		board.total ? roll : empty(t("none_known", text(m))), note(t("unmarked")),
		ends(more(url, board, (page) => {
			roll.tBodies[0].append(...page.entries.map((e) => row(columns, e)));
			tell();
		}), files(url)),
	];
}

const there = (e) => ({ ...FRESH, k: e.kingdom, date: "", since: "" });
const realm = (e) => link({ ...there(e), view: "board" }, { class: "tag some" }, arms(e.kingdom, 14), String(e.kingdom));
const someone = (e) => link({ ...there(e), ks: state.ks, p: e.id }, {}, named(e));

/** Which kingdoms: all, or some of them. */
function choice(all, chosen) {
	const apply = (event) => {
		event.preventDefault();
		const ticked = new FormData(event.target).getAll("ks");
		go({ ks: ticked.length === all.length ? "" : ticked.slice(0, MOST).join() });
	};
	const few = chosen.length < all.length;
	return h("details.formula", h("summary", h("b", t("view_kingdoms")), ": ", few ? chosen.join(", ") : t("all_n", all.length)),
		h("form", { onsubmit: apply }, h("div.ticks", all.map(({ kingdom, latest }) => h("label.tick",
			h("input", { type: "checkbox", name: "ks", value: kingdom, checked: chosen.includes(String(kingdom)) }),
			h("b", String(kingdom)), time(latest, shortDay)))),
		h("button.btn", { type: "submit" }, t("apply")), few && all.length <= MOST && link({ ks: "" }, {}, t("all_n", all.length)),
		link({ ks: state.k }, {}, t("only", state.k)), all.length > MOST && t("at_most", MOST)));
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
