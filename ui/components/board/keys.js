// The keyboard: everything that a mouse can do. Never a bare letter: those are the page's own.
const KEYS = [
  ["Arrows", "to the next cell"],
  ["Home, End", "to the ends of the row; with Ctrl of the board"],
  ["Page Up, Page Down", "a screen up or down"],
  ["Enter or F2", "open what stands there"],
];
const EDITING_KEYS = [
  ["Space", "pick up, then place; again in the same cell: the next shift there, then put back"],
  ["Shift + arrows", "select cells; Ctrl + A: all shifts shown"],
  ["Delete", "remove what is selected"],
  ["Ctrl + C, X, V", "copy, cut and paste a shift"],
  ["Ctrl + Z, Ctrl + Y", "undo and redo"],
  ["Esc", "put back, close what was opened, or select nothing"],
  ["Ctrl + click, Shift + click", "add to the selection, or select as far as here"],
  ["Ctrl while dragging", "copy instead of move"],
];

const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

const pageful = (b) => {
  const { scroll, top } = b.parts;
  return b.phone ? 5 : Math.max(1, Math.floor((scroll.clientHeight - top.offsetHeight) / b.data.row_height) - 1);
};

const clamp = (number, last) => Math.max(0, Math.min(last, number));

const downBy = (b, by) => {
  const numbers = b.phone ? b.cardNumbers : null;
  if (!numbers) b.focus.number = clamp(b.focus.number + by, lineCount(b) - 1);
  else if (numbers.length) b.focus.number = numbers[clamp(numbers.indexOf(b.focus.number) + by, numbers.length - 1)];
  b.focus.row = rowIdOf(b, b.focus.number);
};

const rightBy = (b, by) => {
  if (b.phone && b.focus.column !== TITLE) {
    if (b.data.columns[b.day + by]) toDay(b, b.day + by);
    return;
  }
  const columns = b.phone ? [TITLE, b.data.columns[b.day].id] : b.columns;
  b.focus.column = columns[clamp(columns.indexOf(b.focus.column) + by, columns.length - 1)];
};

const toEnd = (b, end, whole) => {
  if (b.phone) {
    if (end) toDay(b, b.data.columns.length - 1);
    b.focus.column = end ? b.data.columns[b.day].id : TITLE;
  } else b.focus.column = b.columns[end ? b.columns.length - 1 : 0];
  if (!whole) return;
  const numbers = b.phone ? b.cardNumbers : [pinnedCount(b), lineCount(b) - 1];
  b.focus.number = numbers[end ? numbers.length - 1 : 0] ?? 0;
  b.focus.row = rowIdOf(b, b.focus.number);
};

// true where the key moves; the selection follows, as in a spreadsheet
const moved = (b, event, command) => {
  const { key, shiftKey } = event;
  if (!lineCount(b)) return false;
  const before = { row: b.focus.row, column: b.focus.column };
  if (MOVES[key] && !command) {
    if (MOVES[key][0]) downBy(b, MOVES[key][0]);
    else rightBy(b, MOVES[key][1]);
  } else if (key === "PageDown" || key === "PageUp") downBy(b, key === "PageDown" ? pageful(b) : -pageful(b));
  else if (key === "Home" || key === "End") toEnd(b, key === "End", command);
  else return false;
  const { row, column } = b.focus;
  if (b.data.editable && !b.pick) {
    if (shiftKey && isRostered(b, row, column)) {
      b.anchor = b.anchor || before;
      selectRange(b, row, column);
    } else if (!shiftKey) selectOne(b, row, column, null);
  }
  focusCell(b, true);
  b.remember();
  if (b.pick) sayPlace(b);
  return true;
};

const sayPlace = (b) => {
  const { row, column } = b.focus;
  const verdict = verdictOf(b, row, column);
  if (row === b.pick.row && column === b.pick.column) say(b, "Picked up from here.");
  else if (verdict) say(b, verdict[2]);
};

const onlyToken = (b, { row, column }) => {
  const own = ownEntries(b, row, column);
  return own.length === 1 ? own[0][0] : null;
};

const placeHere = (b, how) => {
  const { row, column } = b.focus;
  if (!isRostered(b, row, column)) return;
  placeAt(b, { row, column, entry: onlyToken(b, b.focus) }, how);
  focusCell(b, true);
};

// in the cell that it came from: the next entry there, after the last one none
const space = (b) => {
  const { row, column } = b.focus;
  const own = ownEntries(b, row, column).map(([token]) => token);
  const origin = b.pick && b.pick.row === row && b.pick.column === column;
  if (b.pick && !origin) return placeHere(b, b.pick.how);
  const next = own[origin ? own.indexOf(b.pick.entry) + 1 : 0];
  if (origin && next === undefined) putBack(b);
  else pickUp(b, { row, column, entry: next });
  return focusCell(b, false);
};

const takeCopy = (b, how) => {
  const { row, column } = b.focus;
  const [selected] = selectedSpots(b.entries);
  const one = b.entries.size === 1 ? selected : { row, column, entry: (ownEntries(b, row, column)[0] || [null])[0] };
  pickUp(b, one, how);
  focusCell(b, false);
};

const remove = (b) => {
  const { row, column } = b.focus;
  const here = () => ownEntries(b, row, column).map(([entry]) => ({ row, column, entry }));
  removeEntries(b, b.entries.size ? selectedSpots(b.entries) : here());
};

const escape = (b) => {
  if (b.drag) stopDrag(b);
  if (b.pick) return putBack(b);
  if (besides(b)) send(b, { do: "close" });
  clearSelection(b);
  return selectionChanged(b, false);
};

const EDITS = {
  " ": space,
  Delete: remove,
  "Ctrl+a": selectAll,
  "Ctrl+c": (b) => takeCopy(b, "copy"),
  "Ctrl+x": (b) => takeCopy(b, "move"),
  "Ctrl+v": (b) => (b.pick ? placeHere(b, b.pick.how) : say(b, "Nothing is picked up.")),
};
const ANYWHERE = {
  "Ctrl+z": (b) => send(b, { do: "undo" }),
  "Ctrl+y": (b) => send(b, { do: "redo" }),
  "Ctrl+Shift+z": (b) => send(b, { do: "redo" }),
  Escape: escape,
};

const pressed = (b, event) => {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const name = `${command ? "Ctrl+" : ""}${event.shiftKey && command && key.length === 1 ? "Shift+" : ""}${key}`;
  const there = b.parts.scroll.contains(event.target);
  const { row, column } = b.focus;
  let does;
  if (name === "F1") does = () => showKeys(b);
  else if (b.data.editable && ANYWHERE[name]) does = () => ANYWHERE[name](b);
  else if (there && b.data.editable && EDITS[name]) does = () => EDITS[name](b);
  else if (there && (name === "Enter" || name === "F2") && b.numbers.has(row)) does = () => open(b, { row, column, entry: onlyToken(b, b.focus) });
  else if (!there || event.altKey || !moved(b, event, command)) return;
  event.preventDefault();
  if (does) does();
};
