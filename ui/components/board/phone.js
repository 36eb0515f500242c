// On a narrow screen: one day at a time, a card for each row that has something on it. The same cells, keys and commands.
const CARDS = 40;

const drawDays = (b) => {
  const { columns } = b.data;
  const { days } = b.parts;
  days.hidden = !b.phone || columns.length === 0;
  if (days.hidden) return days.replaceChildren();
  b.day = Math.max(0, Math.min(columns.length - 1, b.day));
  const { title, sub, mark } = columns[b.day];
  const step = (label, name, by) => {
    const made = button("", name, () => toDay(b, b.day + by));
    made.setAttribute("aria-label", label);
    made.disabled = !columns[b.day + by];
    made.dataset.name = label;
    return made;
  };
  const name = element("day");
  const chosen = document.createElement("select");
  chosen.setAttribute("aria-label", "Day");
  columns.forEach((column, place) => chosen.add(new Option(column.title, place, false, place === b.day)));
  chosen.onchange = () => toDay(b, Number(chosen.value));
  name.append(chosen);
  const words = [mark === "today" ? "today" : "", sub].filter(Boolean).join(", ");
  if (words) name.append(element("sub", words));
  const had = days.getRootNode().activeElement;
  const again = had && days.contains(had) ? had.dataset.name || "" : undefined;
  days.replaceChildren(step("Day before", "chevron_left", -1), name, step("Day after", "chevron_right", 1));
  if (again !== undefined) ([...days.querySelectorAll("button:enabled")].find((one) => one.dataset.name === again) || chosen).focus({ preventScroll: true });
  return title;
};

const toDay = (b, day) => {
  if (!b.data.columns[day]) return;
  b.day = day;
  const column = b.data.columns[day].id;
  if (![TITLE, SUM].includes(b.focus.column)) b.focus.column = column;
  b.remember();
  redraw(b);
  say(b, `${b.data.columns[day].title}: ${b.cardNumbers.length - pinnedCount(b)} shown`);
};

const card = (b, index) => {
  const [id, title, sub, , sum] = b.data.rows[index];
  const line = element("line card", undefined, "row");
  line.dataset.row = id;
  line.setAttribute("aria-rowindex", index + pinnedCount(b) + 2);
  const total = b.data.sums === null || sum === "" ? "" : `${b.data.sums}: ${sum}`;
  line.append(marked(rowHeader(title, sub, total), TITLE, 0, -1));
  const cell = marked(element("", undefined, "gridcell"), b.data.columns[b.day].id, b.day + 1, -1);
  fill(b, cell, index, b.day);
  line.append(cell);
  decorate(b, line);
  return line;
};

const pinnedCard = (b, line, number) => {
  const made = element("line pinned", undefined, "row");
  made.dataset.row = line.id;
  made.setAttribute("aria-rowindex", number + 2);
  made.append(marked(rowHeader(line.title, line.sub ? [line.sub] : []), TITLE, 0, -1));
  made.append(marked(pinnedCell(line.cells[b.day]), b.data.columns[b.day].id, b.day + 1, -1));
  decorate(b, made);
  return made;
};

const drawCards = (b) => {
  drawDays(b);
  const { top, body } = b.parts;
  body.style.height = "";
  b.made.clear();
  const some = b.data.columns.length > 0;
  top.replaceChildren(...(some ? b.data.pinned.map((line, number) => pinnedCard(b, line, number)) : []));
  const indexes = [];
  b.data.rows.forEach((row, index) => {
    if (some && (b.pick || entriesOf(b, index, b.day).length)) indexes.push(index);
  });
  b.cardNumbers = [...b.data.pinned.keys(), ...indexes.map((index) => index + pinnedCount(b))];
  if (!b.cardNumbers.includes(b.focus.number) && b.cardNumbers.length) {
    b.focus.number = b.cardNumbers.find((number) => number >= b.focus.number) ?? b.cardNumbers[b.cardNumbers.length - 1];
    b.focus.row = rowIdOf(b, b.focus.number);
  }
  const focused = indexes.indexOf(b.focus.number - pinnedCount(b));
  const most = Math.max(b.shown, focused + CARDS / 2);
  body.replaceChildren(...indexes.slice(0, most).map((index) => card(b, index)));
  b.later = indexes.slice(most);
  if (!indexes.length) body.append(nothing(b));
  body.append(b.parts.more);
};

const nothing = (b) => {
  const row = element("line none", undefined, "row");
  const day = b.data.columns[b.day];
  row.append(element("", day ? `Nothing on ${day.title}. Choose another day above.` : "No days to show.", "gridcell"));
  return row;
};

// cards come as one scrolls to them
const drawLater = (b) => {
  if (!b.phone || !b.later.length) return;
  b.shown = b.parts.body.childElementCount - 1 + CARDS;
  b.parts.more.before(...b.later.splice(0, CARDS).map((index) => card(b, index)));
};

// While something is picked up every row has a card: the one that people look at stays where it is.
const stayingPut = (b, row, change) => {
  const where = () => {
    const line = [...b.parts.scroll.querySelectorAll(".line[data-row]")].find((one) => one.dataset.row === row);
    return line ? line.getBoundingClientRect().top : undefined;
  };
  const before = b.phone ? where() : undefined;
  change();
  const after = b.phone ? where() : undefined;
  if (before === undefined || after === undefined) return;
  for (let around = b.root.getRootNode().host; around; around = around.parentElement) {
    if (around.scrollHeight > around.clientHeight && /auto|scroll/.test(getComputedStyle(around).overflowY)) return void (around.scrollTop += after - before);
  }
};
