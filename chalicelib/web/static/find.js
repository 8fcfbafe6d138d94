// Who is who: by any name or id, or by having gained nothing for a while.
import { get, getAll, ofKingdom, span } from "./api.js";
import { h, say, shown } from "./dom.js";
import { compact, day, time } from "./format.js";
import { alliancePicker, allied, bar, card, empty, ends, files, li, note, picker, showAll, strong, was } from "./parts.js";
import { go, link, state } from "./state.js";
import { t, text } from "./words.js";

export async function view() {
	const { idle, a } = state, q = !idle && state.q.trim();
	const url = ofKingdom("players", { search: q, idle_since: idle, alliance: idle && a, limit: state.all ? 1000 : 50 });
	const [found, { list }] = await Promise.all([(q || idle) && ask(url), span()]), newest = list[0]?.snapshot_date;
	const dates = list.slice(1).map((s) => [s.snapshot_date, day(s.snapshot_date)]);
	const tools = bar(h("h2.lead", t(idle ? "idle" : "find")), h("div.picks", idle && alliancePicker(),
		dates.length > 0 && picker(t("idle_since"), idle, [["", t("any_time")], ...dates], (date) => go({ idle: date, q: "", all: "" }), "idle")));
	if (!found) return [tools, empty(t("how_to_find"))];
	const { total, players, refused } = found;
	say(refused ?? text("found", total));
	return [
		tools, !total ? empty(q && [h("b", q), h("br")], refused ?? t(idle ? "nobody_idle" : "nobody"), " ",
			link({ view: "board", q: "", idle: "" }, {}, t("view_board")))
			: [note(idle ? t("idle_found", strong(total), time(idle)) : t("found", total)),
				h("ul", { class: "people big" }, players.map((player) => hit(player, newest, idle)))],
		ends(players && showAll(players, total), total > 0 && files(url)),
	];
}

/** Nothing but marks cannot be looked for: the API says what it wants. */
const ask = (url) => (state.all ? getAll(url, "players") : get(url)).catch((error) => {
	if (error.status !== 400) throw error;
	return { refused: error.message };
});

function hit(player, newest, idle) {
	const { id, alliance, power, matched, last_seen: seen, last_changed: changed } = player;
	const facts = [
		matched && t("was", h("bdi", matched)), idle && (changed ? t("last_gain", time(changed)) : t("never_gained")), t("id_is", String(id)),
		seen === newest ? link({ view: "board", at: id, q: "", idle: "", a: "", all: "", date: "" },
			{ "aria-label": `${text("around")}: ${player.name ?? id}` }, t("around"))
			: t("last_seen", time(seen)),
	];
	return li(card(player), h("span.of", allied(alliance)), h("span.num", compact(power)),
		was(facts.filter(Boolean).map((fact, i) => [i > 0 && shown("·"), h("span", fact)])));
}
