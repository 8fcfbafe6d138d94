// A shield for each kingdom, drawn from its number. The lists are frozen: one shape more would change
// everybody's arms.
import { h } from "./dom.js";

export const FIELD = "M2 2h36v22c0 12-9 18-18 22C11 42 2 36 2 24z";
const PARTS = [
	"M20 0h20v48H20z", "M0 16h40v15H0z", "M0 2l8-8 44 44-8 8z", "M-4 34L20 12l24 22v10L20 23-4 44z",
	"M14 0h12v17h16v12H26v20H14V29H-2V17h16z", "M0 0h20v23H0zM20 23h20v25H20z", "M0 0h40v15H0z",
	"M-2 6l6-6 16 17L36 0l6 6-16 17 16 17-6 6-16-17L4 46l-6-6 16-17z", "M8 0h8v48H8zM24 0h8v48h-8z",
	"M0 8h40v7H0zM0 22h40v7H0zM0 36h40v7H0z", "M0-8l20 34L40-8z",
];
const CHARGES = [
	"M20 10l3.2 8.6 9.2.4-7.2 5.7 2.5 8.8-7.7-5-7.7 5 2.5-8.8-7.2-5.7 9.2-.4z",
	"M9 31V17l6 5 5-8 5 8 6-5v14z", "M12 34V16h3v3h3v-3h4v3h3v-3h3v18h-5v-6h-6v6z",
	"M26 13a11 11 0 1 0 0 20 9 9 0 1 1 0-20z", "M20 12l8 11-8 11-8-11z",
];

/** Which way the colours go, the division, and the charge upon it; by FNV-1a, mixed once more. */
export function blazon(name) {
	let x = 2166136261;
	for (const char of String(name)) x = Math.imul(x ^ char.codePointAt(0), 16777619);
	x = Math.imul(x ^ (x >>> 13), 1540483477);
	const n = (x ^ (x >>> 15)) >>> 0;
	return { inverted: n & 1, part: PARTS[(n >>> 1) % PARTS.length],
		charge: CHARGES[(n >>> 7) % CHARGES.length] };
}
export function arms(name, width, charged) {
	const { inverted, part, charge } = blazon(name);
	return h("svg", {
		class: inverted ? "arms inv" : "arms", viewBox: "0 0 40 48", "aria-hidden": "true",
		width, height: width * 1.2,
	}, h("path.f", { d: FIELD }), h("path.p", { d: part, "clip-path": "url(#field)" }),
	h("path.o", { d: FIELD }), charged && h("path.c", { d: charge }));
}
