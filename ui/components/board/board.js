// The board itself: called with new data at each run of the page; what must outlast that is kept on the element.
const NARROW = "screen and (max-width: 640px)";
const TOUCH = "(pointer: coarse)"; // the bar is then where the thumb is
const SOON = 10000; // milliseconds within which a board that had the focus and comes again has it again
const GONE = "roster-board-gone";
const FEW = 3; // rows that come or go without the board being another one

const begin = (root) => {
  const part = (kind, role, ...parts) => {
    const made = element(kind, undefined, role);
    made.append(...parts);
    return made;
  };
  const parts = { answer: part("answer", "status"), chosen: part("chosen"), tools: part("tools"), days: part("days"), top: part("heads", "rowgroup"), body: part("body", "rowgroup") };
  parts.bar = part("bar", "group", parts.chosen, parts.answer, parts.tools);
  parts.bar.setAttribute("aria-label", "Changes");
  parts.sheet = part("sheet", "presentation", parts.top, parts.body);
  parts.scroll = part("scroll", "grid", parts.sheet);
  parts.scroll.tabIndex = -1;
  parts.legend = part("legend");
  parts.live = part("unseen live");
  parts.live.setAttribute("aria-live", "polite");
  parts.ghost = part("ghost");
  parts.ghost.hidden = true;
  parts.ghost.setAttribute("aria-hidden", "true");
  parts.dialog = document.createElement("dialog");
  parts.more = part("more", "presentation");
  root.append(parts.bar, parts.days, parts.scroll, parts.legend, parts.live, parts.ghost, parts.dialog);
  const b = { root, parts, data: null, made: new Map(), entries: new Map(), cells: new Map(), pending: [], waiting: [], posted: null, pick: null, message: null, printing: false };
  Object.assign(b, { focus: { row: "", column: TITLE, number: 0 }, anchor: null, press: null, drag: null, only: false, told: null, lacking: null, day: 0, shown: CARDS, later: [], cardNumbers: [] });
  b.take = (told) => render(b, told);
  listenToPointers(b);
  listen(b);
  return b;
};

const listen = (b) => {
  const { root, parts } = b;
  root.onkeydown = (event) => {
    if (!parts.dialog.contains(event.target) && event.target.tagName !== "SELECT") pressed(b, event);
  };
  parts.scroll.addEventListener("focusin", (event) => {
    const spot = spotOf(b, event.target);
    if (!spot || isFocus(b, spot.row, spot.column)) return;
    const old = cellAt(b, b.focus.row, b.focus.column);
    if (old) old.tabIndex = -1;
    event.target.tabIndex = 0;
    Object.assign(b.focus, { row: spot.row, column: spot.column, number: b.numbers.get(spot.row) });
    b.remember();
  });
  // the page may put the board elsewhere: another one then takes its place, and the focus is gone with this one
  const leave = () => {
    if (root.isConnected) return;
    keepMemory(b, Date.now());
    window.dispatchEvent(new CustomEvent(GONE, { detail: memoryName(b) }));
  };
  const follow = (event) => b.data && root.isConnected && event.detail === memoryName(b) && takeFocus(b);
  root.addEventListener("focusout", () => setTimeout(leave));
  window.addEventListener(GONE, follow);
  parts.scroll.onscroll = () => {
    draw(b);
    b.remember();
  };
  const narrow = window.matchMedia(NARROW);
  b.phone = narrow.matches;
  const again = () => {
    parts.top.replaceChildren();
    parts.body.replaceChildren();
    b.made.clear();
    b.headingsSign = b.drawn = "";
    root.classList.toggle("phone", b.phone);
    root.insertBefore(parts.bar, b.phone || window.matchMedia(TOUCH).matches ? parts.legend : parts.days);
    if (b.data) render(b, b.data);
  };
  const printing = (now) => () => {
    b.printing = now;
    b.phone = !now && narrow.matches;
    root.classList.toggle("printing", now);
    if (!now) endPrint(b);
    again();
    if (now && b.data) beginPrint(b);
  };
  let wide = 0;
  const sized = () => {
    if (!b.data || b.printing) return;
    setHeight(b);
    draw(b);
    const cell = hasFocus(b) && wide !== parts.scroll.clientWidth && cellAt(b, b.focus.row, b.focus.column);
    wide = parts.scroll.clientWidth;
    if (!cell) return;
    bringIntoSight(b); // there is less room beside what was opened
    sideways(b, cell);
  };
  narrow.addEventListener("change", (b.narrowed = () => b.printing || ((b.phone = narrow.matches), again())));
  window.addEventListener("resize", sized);
  const left = (event) => {
    const panel = b.data && root.offsetParent && event.key === "Escape" && !event.defaultPrevented && besides(b);
    if (!panel || !panel.contains(event.target)) return;
    send(b, { do: "close" });
    focusCell(b, false);
  };
  document.addEventListener("keydown", left);
  const [before, after] = [printing(true), printing(false)];
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  const around = root.getRootNode().host.closest("[data-testid=stMainBlockContainer]") || root.parentElement;
  const sizes = new ResizeObserver(sized);
  if (around) sizes.observe(around);
  sizes.observe(root); // it may have been out of sight, in a tab
  const nearEnd = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && drawLater(b), { rootMargin: "600px" });
  nearEnd.observe(parts.more);
  b.end = () => {
    narrow.removeEventListener("change", b.narrowed);
    window.removeEventListener("resize", sized);
    document.removeEventListener("keydown", left);
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
    window.removeEventListener(GONE, follow);
    sizes.disconnect();
    nearEnd.disconnect();
  };
  again();
  let waiting = 0;
  b.remember = () => {
    if (!waiting) waiting = setTimeout(() => (keepMemory(b), (waiting = 0)), 150);
  };
};

const memoryName = (b) => `board:${b.data.scroll_key}`;

const keepMemory = (b, left = 0) => {
  const { scrollTop, scrollLeft } = b.parts.scroll;
  const { row, column } = b.focus;
  try {
    sessionStorage.setItem(memoryName(b), JSON.stringify({ scrollTop, scrollLeft, row, column, left, day: b.data.columns[b.day]?.id }));
  } catch {
    // a browser that keeps nothing: the board then begins at its first row
  }
};

const remembered = (b) => {
  try {
    return JSON.parse(sessionStorage.getItem(memoryName(b))) || {};
  } catch {
    return {};
  }
};

const goWhereOneWas = (b) => {
  const memory = remembered(b);
  const { columns, rows } = b.data;
  const today = columns.findIndex((column) => column.mark === "today");
  b.day = b.places.get(memory.day) ?? Math.max(0, today);
  b.shown = CARDS;
  Object.assign(b.focus, { row: memory.row ?? (rows.length ? rows[0][0] : ""), column: memory.column ?? TITLE, number: pinnedCount(b) });
  keepFocusThere(b);
  b.again = Date.now() - (memory.left || 0) < SOON;
  return () => Object.assign(b.parts.scroll, { scrollTop: memory.scrollTop || 0, scrollLeft: memory.scrollLeft || 0 });
};

// if nothing else has it
const takeFocus = (b) => {
  if ([null, document.body].includes(document.activeElement)) focusCell(b, false);
};

// Rows came or went: the one at the top stays there, or the board begins anew, for instance after a filter.
const keepRows = (b, before, after) => {
  const there = new Set(after);
  const same = before.filter((id) => there.has(id)).length;
  if (before.length - same > FEW || after.length - same > FEW) return 0;
  const tall = b.data.row_height;
  const top = Math.floor(b.parts.scroll.scrollTop / tall);
  const anchor = before.slice(top).find((id) => there.has(id));
  return anchor === undefined ? 0 : after.indexOf(anchor) * tall + (b.parts.scroll.scrollTop % tall);
};

const render = (b, data) => {
  const { scroll, body } = b.parts;
  const before = b.data ? b.data.rows.map((row) => row[0]) : [];
  const another = !b.data || b.data.scroll_key !== data.scroll_key;
  takeIn(b, data);
  b.root.classList.toggle("editable", data.editable);
  b.root.classList.toggle("drafted", data.draft);
  b.root.classList.toggle("compact", data.compact);
  b.root.classList.toggle("of-work", data.view === "work");
  scroll.setAttribute("aria-label", data.label);
  scroll.setAttribute("aria-rowcount", lineCount(b) + 1);
  scroll.setAttribute("aria-colcount", b.columns.length);
  scroll.setAttribute("aria-multiselectable", data.editable);
  measures(b);
  const arrive = another ? goWhereOneWas(b) : null;
  settle(b);
  prune(b);
  keepFocusThere(b);
  const sign = JSON.stringify([data.columns, data.pinned, data.corner, data.sums]);
  if (!b.phone && sign !== b.headingsSign) headings(b);
  b.headingsSign = sign;
  if (another && b.message) tell(b, null);
  if (data.answer && data.answer.id !== b.heard) {
    b.heard = data.answer.id;
    tell(b, { ok: data.answer.ok, words: data.answer.say, undo: data.answer.undo });
  }
  const back = b.returns !== undefined && b.returns !== data.returns;
  b.returns = data.returns;
  drawDays(b);
  drawBar(b);
  drawLegend(b);
  if (!b.phone) {
    const after = data.rows.map((row) => row[0]);
    const top = another ? 0 : keepRows(b, before, after);
    body.style.height = `${data.rows.length * data.row_height}px`;
    setHeight(b);
    if (before.join("\n") !== after.join("\n")) scroll.scrollTop = top;
    if (arrive) arrive();
  }
  redraw(b);
  setHeight(b);
  draw(b);
  sayVerdicts(b);
  if (b.pick) drawBar(b);
  if (b.again) takeFocus(b);
  b.again = false;
  if (back) focusCell(b, false);
  drawQuestion(b);
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".board");
  const b = root.board || (root.board = begin(root));
  b.emit = setTriggerValue;
  const told = withRows(b, data);
  if (told) b.take(told);
  return b.end;
}
