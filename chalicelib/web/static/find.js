// Who is who: by any name or id, or by having gained nothing for a while.
import { get, getAll, ofKingdom, span } from "./api.js";
import { h, say, shown } from "./dom.js";
import { compact, day, time } from "./format.js";
import { alliancePicker, allied, bar, card, empty, ends, files, li, note, picker, strong, was } from "./parts.js";
import { go, link, state } from "./state.js";
import { t, text } from "./words.js";

export async function view() {
	const { idle } = state, q = state.q.trim(), { list } = await span(), newest = list[0]?.snapshot_date;
	const dates = list.slice(1).map((s) => [s.snapshot_date, day(s.snapshot_date)]);
	const tools = bar(h("h2.lead", t(idle ? "idle" : "find")), h("div.picks", idle && alliancePicker(),
		dates.length > 0 && picker(t("idle_since"), idle, [["", t("any_time")], ...dates], (date) => go({ idle: date, q: "", all: "" }), "idle")));
	if (!q && !idle) return [tools, empty(t("how_to_find"))];
	const url = ofKingdom("players", { search: !idle && q, idle_since: idle, alliance: idle && state.a, limit: state.all ? 1000 : 50 });
	const found = await (state.all ? getAll(url, "players") : get(url)).catch((error) => {
		// Nothing but marks, say: the API says what it wants.
		if (error.status === 400) return { refused: error.message };
		throw error;
	});
	if (found.refused) return [tools, empty(found.refused)];
	const { total, players } = found;
	say(text("found", total));
	return [
		tools, total ? note(idle ? t("idle_found", strong(total), time(idle)) : t("found", total)) : empty(t(idle ? "nobody_idle" : "nobody")),
		h("ul", { class: "people big" }, players.map((player) => hit(player, newest, idle))),
		ends(players.length < total && link({ all: 1 }, { class: "btn" }, t("show_all", total)), files(url)),
	];
}

function hit(player, newest, idle) {
	const { id, alliance, power, matched, last_seen: seen, last_changed: changed } = player;
	const facts = [
		matched && t("was", h("bdi", matched)), seen !== newest && t("last_seen", time(seen)),
		idle && (changed ? t("last_gain", time(changed)) : t("never_gained")), t("id_is", String(id)),
		seen === newest && link({ view: "board", at: id, q: "", idle: "", all: "", date: "" }, { "aria-label": `${text("around")}: ${player.name}` }, t("around")),
	].filter(Boolean);
	return li(card(player), h("span.of", allied(alliance)), h("span.num", compact(power)), was(facts.map((fact, i) => [i > 0 && shown("·"), h("span", fact)])));
}
