// All that a view is made of, behind one door.
export * from "./api.js";
export * from "./arms.js";
export * from "./dom.js";
export * from "./parts.js";
export * from "./state.js";
export * from "./suspects.js";
export * from "./table.js";
export * from "./words.js";
