// Picked up, placed, put back, removed: what is asked of the page, and what is drawn before it has answered.
const PATIENCE = 30000; // milliseconds until what was not answered is taken back

const SLOWEST = 10000; // milliseconds after which the next command is sent whatever became of the one before
const HARMLESS = ["open", "close", "pick", "drop"]; // nothing is lost with them when another follows at once

const newId = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`);

// What changes something is sent when the page has done the one before: of two at once the page would hear one. While rows are missing nothing but these is asked for: what is shown is older than what the page takes it for.
const send = (b, command) => {
  const id = newId();
  b.waiting.push({ id, ...command });
  post(b);
  return id;
};

const post = (b) => {
  while (!b.posted && b.waiting.length && (!b.lacking || b.waiting[0].do === "rows")) {
    const command = b.waiting.shift();
    if (!HARMLESS.includes(command.do)) {
      b.posted = command.id;
      setTimeout(done, SLOWEST, b, command.id);
    }
    b.emit("command", { ...command, has: command.do === "rows" ? "" : hasRows(b) });
  }
};

const done = (b, id) => {
  if (b.posted !== id) return;
  b.posted = null;
  setTimeout(post, 0, b); // not while data are being taken in
};

const entriesOf = (b, index, place) => {
  const [row, , , cells] = b.data.rows[index];
  const column = b.data.columns[place].id;
  const here = (spot) => spot.row === row && spot.column === column;
  const found = cells[place].map((entry) => ({ entry, pending: "" }));
  for (const { gone, come } of b.pending) {
    gone.filter(here).forEach((spot) => found.filter((one) => one.entry[0] === spot.entry).forEach((one) => (one.pending = "going")));
    come.filter(here).forEach((spot) => found.push({ entry: spot.entry, pending: "coming" }));
  }
  return found;
};

const entryAt = (b, { row, column, entry }) => ownEntries(b, row, column).find(([token]) => token === entry);

const verdictOf = (b, row, column) => {
  const { verdicts } = b.data;
  if (!b.pick || !verdicts || verdicts.pick !== b.pick.id || !verdicts.rows[row]) return null;
  return verdicts.texts[verdicts.rows[row][b.places.get(column)]] || null;
};

const spotWords = (b, { row, column }) => {
  const title = b.data.rows[b.numbers.get(row) - pinnedCount(b)][1];
  const day = b.data.columns[b.places.get(column)].title;
  return b.data.view === "person" ? `${day}, ${title}` : `${title}, ${day}`;
};

const entryWords = ([, top, low]) => [top, low].filter(Boolean).join(", ");

const pickUp = (b, spot, how = "move") => {
  const entry = b.data.editable ? entryAt(b, spot) : undefined;
  if (!entry) {
    say(b, "Nothing here that can be picked up.");
    return false;
  }
  stayingPut(b, spot.row, () => {
    const id = send(b, { do: "pick", row: spot.row, column: spot.column, entry: spot.entry });
    b.pick = { id, ...spot, what: entry, how, told: false };
    Object.assign(b.focus, { row: spot.row, column: spot.column, number: b.numbers.get(spot.row) });
    clearSelection(b);
    pickChanged(b);
  });
  say(b, `Picked up: ${entryWords(entry)}. Asking where it may go.`);
  return true;
};

const pickChanged = (b) => {
  b.root.classList.toggle("picking", b.pick !== null);
  if (b.phone) redraw(b);
  else decorateAll(b);
  drawBar(b);
  drawLegend(b);
};

const endPick = (b) => {
  const { row } = b.pick;
  stayingPut(b, row, () => {
    b.pick = null;
    showOnly(b, false);
    pickChanged(b);
  });
};

const putBack = (b) => {
  if (!b.pick) return;
  const words = entryWords(b.pick.what);
  endPick(b);
  send(b, { do: "drop" });
  say(b, `Put back: ${words}.`);
};

const placeAt = (b, { row, column, entry }, how) => {
  const { pick } = b;
  if (row === pick.row && column === pick.column) return putBack(b);
  const verdict = verdictOf(b, row, column);
  if (verdict && verdict[0] === "no") {
    tell(b, { ok: false, words: `Not placed. ${verdict[2]}` });
    return say(b, `Not placed. ${verdict[2]}`);
  }
  const from = { row: pick.row, column: pick.column };
  const to = { row, column, ...(entry ? { entry } : {}) };
  const id = send(b, { do: "place", entry: pick.entry, from, to, how });
  const gone = how === "move" ? [{ ...from, entry: pick.entry }] : [];
  b.pick = null;
  Object.assign(b.focus, { row, column });
  showOnly(b, false);
  b.focus.number = b.numbers.get(row);
  pend(b, { id, gone, come: [{ row, column, entry: pick.what }] });
  pickChanged(b);
  return say(b, `${how === "move" ? "Placed" : "Copied"}: ${entryWords(pick.what)}, to ${spotWords(b, to)}. Saving.`);
};

const removeEntries = (b, entries) => {
  if (!entries.length) return say(b, "Nothing here that can be removed.");
  const id = send(b, { do: "remove", entries });
  clearSelection(b);
  pend(b, { id, gone: entries, come: [] });
  drawBar(b);
  return say(b, `Removing ${counted(entries.length, "shift", "shifts")}.`);
};

const pend = (b, one) => {
  b.pending.push({ ...one, rows: b.told.named });
  setTimeout(() => {
    if (!b.pending.some(({ id }) => id === one.id)) return;
    b.pending = b.pending.filter(({ id }) => id !== one.id);
    tell(b, { ok: false, words: "No answer came. The board shows what was saved last." });
    redraw(b);
  }, PATIENCE);
  redraw(b);
};

// New data have come: what they answer is no longer pending, and what was picked up may be gone.
const settle = (b) => {
  const { answer, question, named, heard } = b.told;
  for (const id of [heard, answer && answer.id]) if (id) done(b, id);
  if (!question && b.pending.length) {
    b.pending = b.pending.filter((one) => one.rows === named && !(answer && answer.id === one.id));
  }
  if (b.pick && !(b.data.editable && entryAt(b, b.pick))) b.pick = null;
  if (b.only && !b.pick) takeIn(b, b.told);
  b.root.classList.toggle("picking", b.pick !== null);
};

// once the verdicts are here
const sayVerdicts = (b) => {
  const { verdicts } = b.data;
  if (!b.pick || b.pick.told || !verdicts || verdicts.pick !== b.pick.id) return;
  b.pick.told = true;
  let allowed = 0;
  let cheaper = 0;
  const own = b.pick.row;
  for (const row of Object.keys(verdicts.rows)) {
    verdicts.rows[row].forEach((number, place) => {
      const text = verdicts.texts[number];
      if (!text || text[0] === "no" || !b.numbers.has(row) || (row === own && b.places.get(b.pick.column) === place)) return;
      allowed += 1;
      if (/^[−-]/.test(text[1])) cheaper += 1;
    });
  }
  b.pick.words = `${counted(allowed, "place", "places")} allowed${cheaper ? `, ${cheaper.toLocaleString("en-GB")} cheaper` : ""}`;
  b.pick.from = verdicts.from;
  say(b, `Picked up: ${verdicts.from}. ${b.pick.words}.`);
};
