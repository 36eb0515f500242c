// A roster as a board of real elements. This file: what stands in a row. Texts are set as text, never as HTML.
const TITLE = "#title"; // the columns that are no days: the titles of the rows, and the sums
const SUM = "#sum";
const SYMBOLS = { yes: "✓", price: "£", instead: "⇄", no: "✕" };
const MARKS = { breach: "warning", pinned: "push_pin", edited: "edit", known: "history", locked: "lock", conflict: "sync_problem", new: "add_circle", altered: "sync_alt", signed: "verified" };

const element = (kind, text, role) => {
  const made = document.createElement("div");
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  if (role) made.setAttribute("role", role);
  return made;
};

// a name of Material Symbols, the font of the pages
const icon = (name) => {
  const made = document.createElement("span");
  made.className = "icon";
  made.textContent = name;
  made.setAttribute("aria-hidden", "true");
  return made;
};

const unseen = (text) => {
  const made = document.createElement("span");
  made.className = "unseen";
  made.textContent = text;
  return made;
};

const button = (label, name, does) => {
  const made = document.createElement("button");
  made.type = "button";
  if (name) made.append(icon(name));
  const words = document.createElement("span");
  words.className = "label";
  words.textContent = label;
  made.append(words);
  made.onclick = does;
  return made;
};

const chip = (b, { entry: [token, top, low, note, kind, marks], pending }) => {
  const own = b.data.editable && token && !pending;
  const made = element(`chip ${kind}${own ? " own" : ""}${pending ? ` pending ${pending}` : ""}`);
  made.dataset.entry = token;
  const first = element("top");
  const words = document.createElement("span");
  words.textContent = top;
  first.append(words);
  const signs = document.createElement("span");
  signs.className = "signs";
  marks.forEach(([code, meaning]) => {
    const sign = icon(MARKS[code]);
    sign.classList.add(code);
    signs.append(sign, unseen(`, ${meaning}`));
  });
  if (marks.length) first.append(signs);
  made.append(first);
  [low, note].filter(Boolean).forEach((text) => made.append(unseen(", "), element("low", text)));
  if (pending) made.append(unseen(", "), element("low saving", pending === "going" ? "leaving…" : "saving…"));
  made.hint = [top, low, note, ...marks.map((mark) => mark[1])].filter(Boolean).join("\n");
  made.title = made.hint;
  return made;
};

const fill = (b, cell, index, column) => {
  const entries = entriesOf(b, index, column);
  cell.replaceChildren();
  cell.classList.toggle("many", entries.length > 1);
  cell.classList.toggle("few", entries.length < 3);
  entries.forEach((one, place) => cell.append(...(place ? [unseen("; ")] : []), chip(b, one)));
};

const marked = (cell, column, place, tabIndex) => {
  cell.dataset.column = column;
  cell.setAttribute("aria-colindex", place + 1);
  cell.tabIndex = tabIndex;
  return cell;
};

const rowHeader = (title, sub, sum) => {
  const made = element("name", undefined, "rowheader");
  made.title = [title, ...sub].join("\n");
  made.append(element("title", title));
  sub.forEach((text) => made.append(unseen(", "), element("sub", text)));
  if (sum) made.append(unseen(", "), element("sub sum", sum));
  return made;
};

const pinnedCell = ({ text, note, kind }, kinds = "") => {
  const made = element(`cover ${kind} ${kinds}`, undefined, "gridcell");
  const first = element("top");
  if (kind) first.append(icon(kind === "short" ? "error" : "check"));
  first.append(text);
  made.append(first);
  if (note) made.append(unseen(", "), element("low", note));
  made.title = [text, note].filter(Boolean).join("\n");
  return made;
};

// what changes without new entries: focus, what is selected, what is picked up, and the verdicts on it
const decorate = (b, line) => {
  const row = line.dataset.row;
  const rostered = !line.classList.contains("pinned");
  for (const cell of line.children) {
    const column = cell.dataset.column;
    if (column === undefined) continue;
    cell.tabIndex = isFocus(b, row, column) ? 0 : -1;
    if (!rostered || cell.getAttribute("role") !== "gridcell" || column === SUM) continue;
    if (b.data.editable) {
      cell.setAttribute("aria-selected", b.cells.has(cellKey(row, column)));
      for (const made of cell.querySelectorAll(".own")) made.classList.toggle("selected", b.entries.has(entryKey(row, column, made.dataset.entry)));
    }
    showVerdict(b, cell, row, column);
  }
};

const showVerdict = (b, cell, row, column) => {
  const found = b.pick ? verdictOf(b, row, column) : null;
  const origin = b.pick !== null && b.pick.row === row && b.pick.column === column;
  const state = origin ? "origin" : found ? found[0] : "";
  const words = origin ? "picked up from here" : found ? found[2] : "";
  if (cell.verdict === state + words) return;
  cell.verdict = state + words;
  for (const name of ["origin", ...Object.keys(SYMBOLS)]) cell.classList.toggle(name, name === state);
  const old = cell.querySelector(".verdict");
  if (old) old.remove();
  cell.removeAttribute("title");
  cell.removeAttribute("aria-description");
  const hint = state ? [words, ...(found && !origin ? found[3] : [])].join("\n") : "";
  for (const made of cell.querySelectorAll(".chip")) made.title = hint ? `${hint}\n\n${made.hint}` : made.hint;
  if (!state) return;
  cell.setAttribute("aria-description", words);
  cell.title = hint;
  const label = element("verdict");
  const symbol = document.createElement("b");
  symbol.textContent = origin ? "" : SYMBOLS[state];
  label.append(symbol, origin ? "from here" : found[1]);
  label.setAttribute("aria-hidden", "true"); // the description says it in full
  cell.append(label);
};
