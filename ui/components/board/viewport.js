// Which rows exist, and where: only those in view, under headings and pinned lines that stay, so that thousands stay quick.
const SPARE = 6;
const LEAST_HEIGHT = 320;

const cellKey = (row, column) => JSON.stringify([row, column]);
const entryKey = (row, column, token) => JSON.stringify([row, column, token]);
const isFocus = (b, row, column) => b.focus.row === row && b.focus.column === column;

// lines are counted from the first pinned one on
const pinnedCount = (b) => b.data.pinned.length;
const lineCount = (b) => pinnedCount(b) + b.data.rows.length;
const rowIdOf = (b, number) => (number < pinnedCount(b) ? b.data.pinned[number].id : b.data.rows[number - pinnedCount(b)][0]);

const takeIn = (b, data) => {
  b.told = data;
  b.only = b.only && b.pick !== null; // only rows where what is picked up may go
  b.data = b.only ? { ...data, rows: data.rows.filter(([row]) => row === b.pick.row || mayGoTo(data.verdicts, row)) } : data;
  b.columns = [TITLE, ...data.columns.map((column) => column.id), ...(data.sums === null ? [] : [SUM])];
  b.numbers = new Map();
  for (let number = 0; number < lineCount(b); number += 1) b.numbers.set(rowIdOf(b, number), number);
  b.places = new Map(data.columns.map((column, place) => [column.id, place]));
};

const mayGoTo = (verdicts, row) => (verdicts?.rows[row] || []).some((number) => number >= 0 && verdicts.texts[number][0] !== "no");

const showOnly = (b, only) => {
  if (b.only === only) return;
  b.only = only;
  b.take(b.told);
  bringIntoSight(b);
};

const measures = (b) => {
  const { data, root } = b;
  const days = data.columns.length;
  const sum = data.sums === null ? 0 : 72;
  const set = (name, value) => root.style.setProperty(name, value);
  set("--row-height", `${data.row_height}px`);
  set("--board-first", `${data.first}px`);
  set("--columns", `var(--first) repeat(${days}, minmax(${data.least}px, 1fr))${sum ? ` ${sum}px` : ""}`);
  set("--days", `${data.least * days + sum}px`);
  set("--sum", `${sum}px`);
};

const headings = (b) => {
  const { data } = b;
  const head = element("line head", undefined, "row");
  head.setAttribute("aria-rowindex", 1);
  const add = (kind, title, sub, place) => {
    const cell = element(kind, undefined, "columnheader");
    cell.setAttribute("aria-colindex", place + 1);
    cell.append(element("title", title));
    if (sub) cell.append(unseen(", "), element("sub", sub));
    cell.title = [title, sub].filter(Boolean).join("\n");
    head.append(cell);
    return cell;
  };
  add("name", data.corner, "", 0);
  data.columns.forEach(({ title, sub, mark, kinds }, place) => {
    const cell = add(`${mark} ${kinds}`, title, [mark === "today" ? "today" : "", sub].filter(Boolean).join(", "), place + 1);
    if (mark === "today") cell.setAttribute("aria-current", "date");
  });
  if (data.sums !== null) add("sum", data.sums, "", b.columns.length - 1);
  const pinned = data.pinned.map((line, number) => {
    const made = element("line pinned", undefined, "row");
    made.dataset.row = line.id;
    made.setAttribute("aria-rowindex", number + 2);
    made.append(marked(rowHeader(line.title, line.sub ? [line.sub] : []), TITLE, 0, -1));
    line.cells.forEach((cell, place) => made.append(marked(pinnedCell(cell, data.columns[place].kinds), data.columns[place].id, place + 1, -1)));
    if (data.sums !== null) made.append(marked(element("sum", "", "gridcell"), SUM, b.columns.length - 1, -1));
    return made;
  });
  b.parts.top.replaceChildren(head, ...pinned);
  pinned.forEach((line) => decorate(b, line));
};

const rowLine = (b, index) => {
  const [id, title, sub, , sum] = b.data.rows[index];
  const line = element("line", undefined, "row");
  line.dataset.row = id;
  line.append(marked(rowHeader(title, sub), TITLE, 0, -1));
  b.data.columns.forEach((column, place) => {
    const cell = marked(element(`${column.mark} ${column.kinds}`, undefined, "gridcell"), column.id, place + 1, -1);
    fill(b, cell, index, place);
    line.append(cell);
  });
  if (b.data.sums !== null) line.append(marked(element("sum", sum, "gridcell"), SUM, b.columns.length - 1, -1));
  decorate(b, line);
  return line;
};

const setLine = (b, line, index) => {
  line.style.top = `${index * b.data.row_height}px`;
  line.setAttribute("aria-rowindex", index + pinnedCount(b) + 2);
};

const inView = (b) => {
  if (b.printing) return [0, b.data.rows.length];
  const { scroll, top } = b.parts;
  const tall = b.data.row_height;
  const from = Math.floor(scroll.scrollTop / tall) - SPARE;
  const until = Math.ceil((scroll.scrollTop + scroll.clientHeight - top.offsetHeight) / tall) + SPARE;
  return [Math.max(0, from), Math.min(b.data.rows.length, Math.max(until, 1))];
};

// `b.drawn` says what is there, empty after a change. The row with the focus stays though it is out of sight: else the focus would fall on the page.
const draw = (b) => {
  if (b.phone) return;
  const [from, until] = inView(b);
  const wanted = [];
  for (let index = from; index < until; index += 1) wanted.push(index);
  const kept = b.numbers.get(hasFocus(b) ? b.focus.row : undefined) - pinnedCount(b);
  const drawn = `${from} ${until} ${kept}`;
  if (drawn === b.drawn) return;
  b.drawn = drawn;
  if (kept >= 0 && kept < from) wanted.unshift(kept);
  if (kept >= until) wanted.push(kept);
  const ids = new Set(wanted.map((index) => b.data.rows[index][0]));
  for (const [id, line] of b.made) {
    if (ids.has(id)) continue;
    line.remove();
    b.made.delete(id);
  }
  let next = b.parts.body.firstElementChild;
  for (const index of wanted) {
    const id = b.data.rows[index][0];
    let line = b.made.get(id);
    if (line && line === next) next = next.nextElementSibling;
    else {
      if (!line) {
        line = rowLine(b, index);
        line.sign = signs(b, index);
        b.made.set(id, line);
      }
      b.parts.body.insertBefore(line, next);
    }
    setLine(b, line, index);
  }
};

const signs = (b, index) => JSON.stringify([b.data.rows[index], b.pending.map((one) => one.id), b.data.columns, b.data.editable]);

// After new entries: rows that say the same keep their elements.
const redraw = (b) => {
  const had = hasFocus(b);
  b.drawn = "";
  if (b.phone) drawCards(b);
  else {
    b.parts.body.style.height = `${b.data.rows.length * b.data.row_height}px`;
    for (const [id, line] of b.made) {
      const index = b.numbers.get(id) - pinnedCount(b);
      const sign = index >= 0 ? signs(b, index) : "";
      if (line.sign === sign) continue;
      b.made.delete(id);
      line.remove();
    }
    draw(b);
    decorateAll(b);
  }
  if (had) focusCell(b, false);
};

const decorateAll = (b) => {
  for (const line of b.parts.scroll.querySelectorAll(".line[data-row]")) decorate(b, line);
};

const hasFocus = (b) => b.root.getRootNode().activeElement !== null && b.parts.scroll.contains(b.root.getRootNode().activeElement);

const cellAt = (b, row, column) => {
  const line = [...b.parts.scroll.querySelectorAll(".line[data-row]")].find((one) => one.dataset.row === row);
  return line ? [...line.children].find((cell) => cell.dataset.column === column) : undefined;
};

// The cell with the focus, where it is gone the next one; `reveal`: brought into sight.
const focusCell = (b, reveal) => {
  keepFocusThere(b);
  if (reveal) bringIntoSight(b);
  draw(b);
  const cell = cellAt(b, b.focus.row, b.focus.column);
  if (cell) cell.focus({ preventScroll: true });
  else b.parts.scroll.focus({ preventScroll: true });
  if (cell && reveal) sideways(b, cell);
  if (cell && reveal && b.phone) cell.scrollIntoView({ block: "nearest" });
};

const keepFocusThere = (b) => {
  if (!b.columns.includes(b.focus.column)) b.focus.column = TITLE;
  if (b.numbers.has(b.focus.row)) b.focus.number = b.numbers.get(b.focus.row);
  else if (lineCount(b)) {
    b.focus.number = Math.max(0, Math.min(lineCount(b) - 1, b.focus.number));
    if (b.focus.number < pinnedCount(b) && b.data.rows.length) b.focus.number = pinnedCount(b);
    b.focus.row = rowIdOf(b, b.focus.number);
  }
};

const bringIntoSight = (b) => {
  const { scroll, top } = b.parts;
  const index = b.numbers.get(b.focus.row) - pinnedCount(b);
  if (b.phone || !(index >= 0)) return;
  const y = index * b.data.row_height;
  const room = scroll.clientHeight - top.offsetHeight - b.data.row_height;
  if (y < scroll.scrollTop) scroll.scrollTop = y;
  else if (y > scroll.scrollTop + room) scroll.scrollTop = y - room;
};

const sideways = (b, cell) => {
  if (b.phone || [TITLE, SUM].includes(cell.dataset.column)) return;
  const { scroll, top } = b.parts;
  const left = cell.offsetLeft - top.querySelector(".name").offsetWidth;
  const room = scroll.clientWidth - top.querySelector(".name").offsetWidth - (b.data.sums === null ? 0 : top.querySelector(".sum").offsetWidth) - cell.offsetWidth;
  if (left < scroll.scrollLeft) scroll.scrollLeft = left;
  else if (left > scroll.scrollLeft + room) scroll.scrollLeft = left - room;
};

// as tall as what is left of the window below its upper edge
const setHeight = (b) => {
  const { scroll, top, body } = b.parts;
  if (b.phone || b.printing) return void (scroll.style.height = "");
  let above = scroll.getBoundingClientRect().top;
  for (let around = b.root.getRootNode().host; around; around = around.parentElement) above += around.scrollTop;
  const below = b.root.getBoundingClientRect().bottom - scroll.getBoundingClientRect().bottom + 16;
  const most = b.data.height === "window" ? Math.max(LEAST_HEIGHT, window.innerHeight - above - below) : b.data.height;
  const all = top.offsetHeight + body.offsetHeight + (scroll.offsetHeight - scroll.clientHeight);
  scroll.style.height = `${Math.min(most, Math.max(all, 96))}px`;
};
