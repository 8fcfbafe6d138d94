// A picture to post: the first ten of a board, on a canvas.
import { $, blazon, FIELD, full, h, say, state, tallest, text, visible } from "./kit.js";

const W = 1080, H = 1350, LEFT = 72, RIGHT = W - LEFT, SANS = "system-ui, sans-serif";
const NIGHT = "#0f1218", GOLD = "#e3b341", INK = "#eceef2";
const MUTE = "#9ba3b2", RULE = "#2a303b", DOUBT = "#596070";

/** Share the picture where one does so with a finger, else save it; entries in `doubt` are grey. */
export async function poster(caption, entries, file) {
	const canvas = h("canvas", { width: W, height: H }), pen = canvas.getContext("2d");
	const serif = getComputedStyle($(".title")).fontFamily;
	const box = (colour, ...where) => {
		pen.fillStyle = colour;
		pen.fillRect(...where);
	};
	const wide = (words) => pen.measureText(words).width;
	/** A text of any script, isolated so that it moves nothing else, and cut at its own end for want of room. */
	const write = (words, x, y, font, colour, textAlign = "left", room = W) => {
		Object.assign(pen, { font, fillStyle: colour, textAlign, direction: "ltr" });
		const letters = [...new Intl.Segmenter().segment(words)].map((part) => part.segment), all = letters.length;
		const cut = () => `\u2068${letters.join("")}${letters.length < all ? "…" : ""}\u2069`;
		while (letters.length > 1 && wide(cut()) > room) letters.pop();
		pen.fillText(cut(), x, y);
	};
	box(NIGHT, 0, 0, W, H);
	shield(pen);
	write(text("kingdom_n", state.k), 232, 148, `600 84px ${serif}`, INK);
	write(caption, 234, 204, `400 38px ${SANS}`, MUTE, "left", RIGHT - 234);
	const ten = entries.slice(0, 10), top = tallest(entries, (e) => e.doubt);
	ten.forEach(({ rank, name, id, value, doubt }, i) => {
		const y = 340 + i * 100, best = rank <= 3 && !doubt, size = best ? 48 : 40;
		const figure = `600 ${size - 4}px ${SANS}`;
		box(RULE, LEFT, y + 26, RIGHT - LEFT, 1);
		box(doubt ? DOUBT : GOLD, LEFT, y + 22, (RIGHT - LEFT) * Math.min(1, Math.max(0.004, value / top)), 4);
		write(full(rank), 128, y, `600 ${size + 4}px ${serif}`, best ? GOLD : MUTE, "right");
		write(full(value), RIGHT, y, figure, doubt ? MUTE : INK, "right");
		const room = RIGHT - 190 - wide(full(value));
		const shown = visible(name) ? name : text("no_name", String(id));
		write(shown, 160, y, `600 ${size}px ${SANS}`, INK, "left", room);
		if (doubt) write("?", RIGHT + 6, y, figure, GOLD);
	});
	if (ten.some((e) => e.doubt)) write(text("looks_misread"), RIGHT, H - 26, `400 26px ${SANS}`, MUTE, "right");
	await send(canvas, `kingdom-${state.k}-${file}.png`);
}

function shield(pen) {
	const { inverted, part, charge } = blazon(state.k), field = new Path2D(FIELD);
	const draw = (shape, fill, stroke) => {
		Object.assign(pen, { fillStyle: fill, strokeStyle: stroke, lineWidth: 2 });
		pen.fill(shape);
		pen.stroke(shape);
	};
	pen.save();
	pen.translate(LEFT, LEFT);
	pen.scale(3, 3);
	draw(field, inverted ? GOLD : NIGHT, GOLD);
	pen.clip(field);
	draw(new Path2D(part), inverted ? NIGHT : GOLD, "transparent");
	draw(field, "transparent", GOLD);
	draw(new Path2D(charge), INK, NIGHT);
	pen.restore();
}

async function send(canvas, name) {
	const blob = await new Promise((done) => canvas.toBlob(done));
	const files = [new File([blob], name, { type: blob.type })];
	if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.({ files })) {
		return navigator.share({ files }).catch(() => {});
	}
	h("a", { href: URL.createObjectURL(blob), download: name }).click();
	say(text("picture_saved"), true);
}
