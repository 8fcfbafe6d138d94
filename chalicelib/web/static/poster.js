// A picture to post: the first ten of a board, on a canvas.
import { blazon, FIELD } from "./arms.js";
import { $, h, say } from "./dom.js";
import { full, signed } from "./format.js";
import { tallest, visible } from "./parts.js";
import { state } from "./state.js";
import { t, text } from "./words.js";

const W = 1080, H = 1350, SIDE = 72;
const NIGHT = "#0f1218", GOLD = "#e3b341", INK = "#eceef2", MUTE = "#9ba3b2", RULE = "#2a303b", DOUBT = "#596070";
const SANS = "system-ui, sans-serif";

/** Share the picture where one does so with a finger, else save it; `sign` for gains. */
export async function poster(caption, entries, file, sign) {
	const canvas = h("canvas", { width: W, height: H }), pen = canvas.getContext("2d");
	const serif = getComputedStyle($("#kingdom")).fontFamily;
	const write = (words, x, y, font, colour, align = "left") => {
		Object.assign(pen, { font, fillStyle: colour, textAlign: align, direction: "ltr" });
		pen.fillText(words, x, y);
	};
	const box = (colour, x, y, width, height) => {
		pen.fillStyle = colour;
		pen.fillRect(x, y, width, height);
	};
	box(NIGHT, 0, 0, W, H);
	shield(pen);
	write(text("kingdom_n", state.k), 232, 148, `600 84px ${serif}`, INK);
	write(fitting(pen, caption, W - SIDE - 234, `400 38px ${SANS}`), 234, 204, pen.font, MUTE);
	const top = tallest(entries), ten = entries.slice(0, 10), odd = (entry) => entry.suspects?.length > 0;
	ten.forEach((entry, i) => {
		const y = 300 + i * 100, best = entry.rank <= 3 && !odd(entry), size = best ? 48 : 40;
		const value = sign ? signed(full, entry.value) : full(entry.value), end = W - SIDE;
		box(RULE, SIDE, y + 66, W - 2 * SIDE, 1);
		box(odd(entry) ? DOUBT : GOLD, SIDE, y + 62, (W - 2 * SIDE) * Math.min(1, Math.max(0.004, entry.value / top)), 4);
		write(full(entry.rank), 128, y + 40, `600 ${size + 4}px ${serif}`, best ? GOLD : MUTE, "right");
		write(value, end, y + 40, `600 ${size - 4}px ${SANS}`, odd(entry) ? MUTE : INK, "right");
		const room = end - 190 - pen.measureText(value).width;
		const name = visible(entry.name) ? entry.name : text("no_name", String(entry.id));
		write(fitting(pen, name, room, `600 ${size}px ${SANS}`), 160, y + 40, pen.font, INK);
		if (odd(entry)) write("?", end + 6, y + 40, `600 ${size - 4}px ${SANS}`, GOLD);
	});
	if (ten.some(odd)) write(text("looks_misread"), W - SIDE, H - 26, `400 26px ${SANS}`, MUTE, "right");
	await send(canvas, `kingdom-${state.k}-${file}.png`);
}

/** A text of any script, cut at its own end where it is too long; isolated, so that it moves nothing else. */
function fitting(pen, words, room, font) {
	pen.font = font;
	const isolated = (some) => `\u2068${some}\u2069`;
	if (pen.measureText(isolated(words)).width <= room) return isolated(words);
	const letters = [...new Intl.Segmenter().segment(words)].map((part) => part.segment);
	while (letters.length > 1 && pen.measureText(isolated(letters.join("") + "…")).width > room) letters.pop();
	return isolated(letters.join("") + "…");
}

function shield(pen) {
	const { inverted, part, charge } = blazon(state.k), field = new Path2D(FIELD), sign = new Path2D(charge);
	pen.save();
	pen.translate(SIDE, SIDE);
	pen.scale(3, 3);
	pen.save();
	pen.clip(field);
	pen.fillStyle = inverted ? GOLD : NIGHT;
	pen.fill(field);
	pen.fillStyle = inverted ? NIGHT : GOLD;
	pen.fill(new Path2D(part));
	pen.restore();
	Object.assign(pen, { fillStyle: INK, strokeStyle: NIGHT, lineWidth: 1.5 });
	pen.fill(sign);
	pen.stroke(sign);
	Object.assign(pen, { strokeStyle: GOLD, lineWidth: 2 });
	pen.stroke(field);
	pen.restore();
}

async function send(canvas, name) {
	const blob = await new Promise((done) => canvas.toBlob(done, "image/png")), file = new File([blob], name, { type: blob.type });
	if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.({ files: [file] })) {
		return navigator.share({ files: [file] }).catch(() => {});
	}
	const url = URL.createObjectURL(blob);
	h("a", { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 5000);
	say(text("picture_saved"), true);
}
