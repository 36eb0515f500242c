// What is selected: entries, and the cells that they stand in. What is done, is done to what is shown alone.
const REVEAL_WITHIN = 20000; // milliseconds

const selectedSpots = (map) => [...map.values()];

const ownEntries = (b, row, column) => {
  const index = b.numbers.get(row) - pinnedCount(b);
  const place = b.places.get(column);
  if (!(index >= 0) || place === undefined) return [];
  return entriesOf(b, index, place).filter(({ entry, pending }) => entry[0] && !pending).map(({ entry }) => entry);
};

const isRostered = (b, row, column) => b.places.has(column) && b.numbers.get(row) >= pinnedCount(b);

const addCell = (b, row, column, tokens) => {
  b.cells.set(cellKey(row, column), { row, column });
  tokens.forEach((entry) => b.entries.set(entryKey(row, column, entry), { row, column, entry }));
};

const addWhole = (b, row, column) => addCell(b, row, column, ownEntries(b, row, column).map((entry) => entry[0]));

const clearSelection = (b) => {
  b.entries.clear();
  b.cells.clear();
};

const selectionChanged = (b, speak) => {
  decorateAll(b);
  drawBar(b);
  if (speak) say(b, selectedWords(b));
};

const selectOne = (b, row, column, token) => {
  clearSelection(b);
  b.anchor = null;
  if (isRostered(b, row, column)) {
    b.anchor = { row, column };
    if (token) addCell(b, row, column, [token]);
    else addWhole(b, row, column);
  }
  selectionChanged(b, false);
};

const toggle = (b, row, column, token) => {
  if (!isRostered(b, row, column)) return;
  const key = cellKey(row, column);
  const here = () => selectedSpots(b.entries).filter((spot) => spot.row === row && spot.column === column);
  if (token) {
    const entry = entryKey(row, column, token);
    if (b.entries.has(entry)) b.entries.delete(entry);
    else addCell(b, row, column, [token]);
    if (!here().length) b.cells.delete(key);
  } else if (b.cells.has(key)) {
    b.cells.delete(key);
    here().forEach((spot) => b.entries.delete(entryKey(spot.row, spot.column, spot.entry)));
  } else addWhole(b, row, column);
  b.anchor = { row, column };
  selectionChanged(b, true);
};

// from the anchor to here
const selectRange = (b, row, column) => {
  if (!isRostered(b, row, column)) return;
  if (!b.anchor || !isRostered(b, b.anchor.row, b.anchor.column)) b.anchor = { row, column };
  clearSelection(b);
  const sorted = (...pair) => pair.sort((one, other) => one - other);
  const [first, last] = sorted(b.numbers.get(b.anchor.row), b.numbers.get(row));
  const [left, right] = sorted(b.places.get(b.anchor.column), b.places.get(column));
  for (let number = first; number <= last; number += 1) {
    for (let place = left; place <= right; place += 1) addWhole(b, rowIdOf(b, number), b.data.columns[place].id);
  }
  selectionChanged(b, true);
};

const selectAll = (b) => {
  clearSelection(b);
  const places = b.phone ? [b.day] : [...b.data.columns.keys()];
  b.data.rows.forEach(([row]) => {
    for (const place of places) {
      const column = b.data.columns[place].id;
      if (ownEntries(b, row, column).length) addWhole(b, row, column);
    }
  });
  selectionChanged(b, true);
};

// what is not shown any more is not selected either
const prune = (b) => {
  for (const [key, { row, column }] of b.cells) if (!isRostered(b, row, column)) b.cells.delete(key);
  for (const [key, { row, column, entry }] of b.entries) {
    if (!ownEntries(b, row, column).some(([token]) => token === entry)) b.entries.delete(key);
  }
  if (b.anchor && !isRostered(b, b.anchor.row, b.anchor.column)) b.anchor = null;
};

const counted = (number, one, many) => `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;

const selectedWords = (b) => {
  if (b.entries.size) return `${counted(b.entries.size, "shift", "shifts")} selected`;
  if (b.cells.size) return `${counted(b.cells.size, "empty cell", "empty cells")} selected`;
  return "Nothing selected";
};

const spotOf = (b, target) => {
  const cell = target instanceof Element ? target.closest(".line[data-row] > [data-column]") : null;
  if (!cell) return null;
  const made = target.closest(".chip");
  return { row: cell.parentElement.dataset.row, column: cell.dataset.column, entry: (made && made.dataset.entry) || null };
};

const open = (b, { row, column, entry }) => {
  if (b.data.editable) selectOne(b, row, column, entry);
  send(b, { do: "open", row, column: [TITLE, SUM].includes(column) ? null : column, entry });
  if (b.data.reveals) reveal(b, Date.now() + REVEAL_WITHIN);
};

// where the page speaks of what was opened
const besides = (b) => (b.data.reveals ? document.getElementsByClassName(`st-key-${b.data.reveals}`)[0] : undefined);

// What the page says of it often stands out of sight, and comes piece by piece. Only as it grows: whoever scrolls away is left alone.
const reveal = (b, until, height = -1, calm = 0) => {
  const found = besides(b);
  const now = found ? found.offsetHeight : -1;
  const cell = cellAt(b, b.focus.row, b.focus.column);
  if (now > 0 && now !== height) {
    if (getComputedStyle(found).position !== "fixed") found.scrollIntoView({ block: "nearest" });
    else if (cell) cell.parentElement.scrollIntoView({ block: "start" }); // it lies over the lower part of the window
  }
  const still = now > 0 && now === height ? calm + 1 : 0;
  if (still < 20 && Date.now() < until) setTimeout(reveal, 100, b, until, now, still);
};

const clicked = (b, event) => {
  const spot = spotOf(b, event.target);
  if (!spot) return;
  if (b.swallow) return void (b.swallow = false);
  Object.assign(b.focus, { row: spot.row, column: spot.column, number: b.numbers.get(spot.row) });
  const { editable } = b.data;
  if (b.pick) {
    if (isRostered(b, spot.row, spot.column)) placeAt(b, spot, event.ctrlKey || event.metaKey || event.altKey ? "copy" : b.pick.how);
  } else if (editable && (event.ctrlKey || event.metaKey)) toggle(b, spot.row, spot.column, spot.entry);
  else if (editable && event.shiftKey) selectRange(b, spot.row, spot.column);
  else open(b, spot);
  focusCell(b, false);
};
