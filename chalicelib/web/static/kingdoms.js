// A board of several kingdoms, of the newest scan of each.
import { address, ApiError, forget, get, kingdoms } from "./api.js";
import { arms } from "./arms.js";
import { h, say } from "./dom.js";
import { compact, day, full, shortDay, time } from "./format.js";
import { allied, allianceCell, bar, empty, ends, files, metrics, named, note, numberCell, rankCell, row, strong, tallest, under, valueCell } from "./parts.js";
import { FRESH, go, link, metric, others, state } from "./state.js";
import { column, otherColumns, rankColumn, table } from "./table.js";
import { t, text } from "./words.js";

const MOST = 64;

export async function view() {
	const m = metric(), all = await kingdoms();
	// More than the API shows at once: the reader chooses, from the one that is shown.
	const chosen = state.ks || (all.length > MOST ? state.k : "");
	const url = address("leaderboards/" + m, { kingdoms: chosen, with: others().join(), limit: 100 });
	const board = await get(url);
	const columns = [
		rankColumn(), column("kingdom", t("kingdom"), "realm wide"), column("name", t("name"), "who"), column("alliance", t("alliance"), "alli wide"),
		column(m, t(m), "num main"), ...otherColumns(),
	];
	const top = tallest(board.entries), rows = (page) => page.entries.map((e) => line(e, top));
	const roll = table(text("kingdoms_caption", text(m), board.kingdoms.map((one) => one.kingdom).join(", ")), columns, rows(board));
	const tell = () => {
		const there = roll.tBodies[0].rows.length;
		say(text("kingdoms_said", there, board.total, text(m)));
	};
	tell();
	return [
		bar(metrics()), choice(all, board.kingdoms.map((one) => String(one.kingdom))),
		note(t("n_ranked", strong(board.total), board.total), " · ", scans(board.kingdoms)),
		board.total > 0 ? roll : empty(t("nobody_known", t(m))),
		note(t("unmarked")),
		ends(pager(url, board, (page) => (roll.tBodies[0].append(...rows(page)), tell())), files(url)),
	];
}

/** Each kingdom's scan; where they are many, from when to when. */
function scans(list) {
	const dates = list.map((one) => one.snapshot_date).sort(), first = dates[0], last = dates.at(-1);
	if (first === last) return t("all_scans_of", time(last));
	if (list.length > 6) return t("scans_between", time(first), time(last));
	return list.map((one, i) => [i > 0 && " · ", h("b", {}, String(one.kingdom)), " ", time(one.snapshot_date, shortDay)]);
}

function line(e, top) {
	const here = String(e.kingdom) === state.k, there = { ...FRESH, k: e.kingdom, date: "", since: "" };
	const realm = () => link({ ...there, view: "board" }, { class: "tag" }, arms(e.kingdom, 14), String(e.kingdom));
	return row(here ? e : { ...e, id: null }, true, rankCell(e.rank), h("td", { class: "realm wide" }, realm()),
		h("th", { scope: "row", class: "who" }, link({ ...there, p: e.id }, {}, named(e)), under(realm(), allied(e.alliance))), allianceCell(e),
		valueCell(e.value, e.value / top), others().map((x) => numberCell(compact(e.values[x]))));
}

/** Which kingdoms: all, or some of them; kept in the address. */
function choice(all, shown) {
	const some = shown.length < all.length;
	const apply = (event) => {
		event.preventDefault();
		const ticked = new FormData(event.target).getAll("ks");
		go({ ks: ticked.length === all.length && all.length <= MOST ? "" : ticked.slice(0, MOST).join() });
	};
	return h("details", { class: "formula" }, h("summary", {}, h("b", {}, t("kingdoms")), " ", some ? shown.join(", ") : t("all_n", all.length)),
		h("form", { onsubmit: apply }, h("div", { class: "ticks" }, all.map(({ kingdom, latest }) => h("label", { class: "tick" },
			h("input", { type: "checkbox", name: "ks", value: kingdom, checked: shown.includes(String(kingdom)) }),
			h("b", {}, String(kingdom)), time(latest, shortDay)))),
		h("button", { class: "btn", type: "submit" }, t("apply")), all.length <= MOST && some && link({ ks: "" }, {}, t("all_n", all.length)),
		link({ ks: state.k }, {}, t("only", state.k)), all.length > MOST && note(t("at_most", MOST))));
}

/** A button that goes on by the answer's own `next`. */
function pager(url, board, add) {
	let { next } = board, at = url;
	const button = h("button", { class: "btn", type: "button", onclick: async () => {
		button.disabled = true;
		try {
			const page = await get((at = new URL(next, at)));
			({ next } = page);
			add(page);
			if (!next) button.remove();
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
			if (error.status === 409) forget();
			button.after(h("span", { role: "alert" }, t(error.status === 409 ? "changed_meanwhile" : "failed")));
		}
		button.disabled = false;
	} }, t("show_more"));
	return next && button;
}
