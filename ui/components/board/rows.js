// Which rows there are. A page sends those that differ from rows that this window has, by the name of these; whatever it lacks it asks for. No two lists of rows ever have the same name.
const KEPT_ROWS = 12; // lists; what they have in common is kept once
const ASKED_AGAIN = 15000; // milliseconds after which rows that did not come are asked for again

// of the window, not of the element: the page may put the board elsewhere
const keptRows = () => (window.rosterBoardRows ??= new Map());

const keepRowsAs = (name, rows) => {
  const kept = keptRows();
  kept.delete(name); // the one that was used last is the last
  kept.set(name, rows);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_ROWS) return;
    kept.delete(oldest);
  }
};

// `rows` in full, or `since` some that are here: those that are others, and the order where it is another
const rowsOf = ({ named, rows, since }) => {
  const kept = keptRows();
  const here = kept.get(named) || rows;
  if (here) return here;
  const before = kept.get(since.named);
  if (!before) return null;
  keepRowsAs(since.named, before);
  const made = since.order ? since.order.map((place) => before[place]) : before.slice();
  for (const [place, row] of since.rows) made[place] = row;
  return made;
};

// what this window has of what is shown
const hasRows = (b) => (b.told && keptRows().has(b.told.named) ? b.told.named : "");

// What the page told, with all rows; null where some are missing. The board then stays as it was until they are here.
const withRows = (b, data) => {
  const rows = rowsOf(data);
  b.lacking = rows ? null : data;
  if (!rows) {
    askForRows(b);
    return null;
  }
  clearTimeout(b.asking_rows);
  b.asking_rows = 0;
  keepRowsAs(data.named, rows);
  return { ...data, rows };
};

const askForRows = (b) => {
  const { heard, answer } = b.lacking;
  for (const id of [heard, answer && answer.id]) if (id) done(b, id); // or the question would wait behind it
  if (b.asking_rows) return;
  if (!b.waiting.some((command) => command.do === "rows")) b.waiting.unshift({ id: newId(), do: "rows" });
  post(b);
  b.asking_rows = setTimeout(() => {
    b.asking_rows = 0;
    if (b.lacking && b.root.isConnected) askForRows(b);
  }, ASKED_AGAIN);
};
