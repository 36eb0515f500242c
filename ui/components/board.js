// A roster as a grid of real elements: only the rows in view exist, so that thousands stay quick.
// Texts are set as text, never as HTML. Arrow keys move between cells; Enter or a click on a row chooses it.
const SPARE = 8;
const REVEAL_WITHIN = 20000; // milliseconds

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const board = parentElement.querySelector(".board");
  board.style.setProperty("--row-height", data.row_height + "px");
  board.style.setProperty("--board-height", data.height + "px");
  board.style.setProperty("--board-first", data.first + "px");
  board.style.setProperty("--board-count", data.columns.length - 1);
  board.style.setProperty("--board-days", data.least * (data.columns.length - 1) + "px");
  board.setAttribute("aria-label", data.label);
  board.setAttribute("aria-rowcount", data.rows.length + 1);
  board.setAttribute("aria-colcount", data.columns.length);
  const memory = board.memory || (board.memory = { row: 0, column: 0, chosen: null });
  if (memory.row >= data.rows.length) memory.row = 0;
  const focused = () => {
    const active = board.getRootNode().activeElement;
    return active !== null && board.contains(active);
  };
  const hadFocus = focused();

  const element = (kind, text) => {
    const made = document.createElement("div");
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const head = element("line head");
  head.setAttribute("role", "row");
  head.setAttribute("aria-rowindex", 1);
  data.columns.forEach((name) => {
    const cell = element("", name);
    cell.setAttribute("role", "columnheader");
    head.append(cell);
  });
  const body = element("body");
  body.setAttribute("role", "rowgroup");
  body.style.position = "relative";
  body.style.height = data.rows.length * data.row_height + "px";
  board.replaceChildren(head, body);
  board.style.height = Math.min(data.height, data.rows.length * data.row_height + 52) + "px";

  const chip = ([top, low, note, kind]) => {
    const made = element("chip " + kind);
    made.append(element("top", top), ...[low, note].filter(Boolean).map((text) => element("low", text)));
    made.title = [top, low, note].filter(Boolean).join("\n");
    return made;
  };
  const line = (index) => {
    const [id, title, sub, cells] = data.rows[index];
    const made = element("line" + (id === memory.chosen ? " chosen" : "") + (data.clickable ? " clickable" : ""));
    made.setAttribute("role", "row");
    made.setAttribute("aria-rowindex", index + 2);
    made.dataset.row = id;
    made.style.top = index * data.row_height + "px";
    const first = element("");
    first.setAttribute("role", "rowheader");
    first.title = `${title}\n${sub.join("\n")}`;
    first.append(element("title", title), ...sub.map((text) => element("sub", text)));
    made.append(first);
    cells.forEach((chips) => {
      const cell = element(chips.length > 1 ? "many" : "");
      cell.setAttribute("role", "gridcell");
      cell.append(...chips.map(chip));
      made.append(cell);
    });
    [...made.children].forEach((cell, column) => {
      cell.tabIndex = index === memory.row && column === memory.column ? 0 : -1;
      cell.dataset.column = column;
    });
    made.onclick = (event) => {
      const cell = event.target.closest("[data-column]");
      memory.row = index;
      if (cell) memory.column = Number(cell.dataset.column);
      if (data.clickable) return choose(id);
      draw(true);
      return refocus();
    };
    return made;
  };
  let from = -1;
  let until = -1;
  // New elements know nothing of the focus of the old ones. The cell gets it back, or the board where its row is out of sight.
  const refocus = () => (body.querySelector("[tabindex='0']") || board).focus({ preventScroll: true });
  const draw = (again) => {
    const first = Math.max(0, Math.floor(board.scrollTop / data.row_height) - SPARE);
    const last = Math.min(data.rows.length, Math.ceil((board.scrollTop + data.height) / data.row_height) + SPARE);
    if (!again && first === from && last === until) return;
    from = first;
    until = last;
    const rows = [];
    for (let index = first; index < last; index += 1) rows.push(line(index));
    const had = focused();
    body.replaceChildren(...rows);
    if (had) refocus();
  };
  const choose = (id) => {
    memory.chosen = id;
    draw(true);
    refocus();
    setStateValue("chosen", id);
    reveal("st-key-" + (data.reveals + id).replace(/[^a-zA-Z0-9_-]/g, "-"), Date.now() + REVEAL_WITHIN);
  };
  // what the page says of a chosen row stands below the board, often out of sight
  const reveal = (name, until, height = -1, calm = 0) => {
    const found = document.getElementsByClassName(name)[0];
    const now = found ? found.offsetHeight : -1;
    if (now > 0 && now !== height) found.scrollIntoView({ block: "nearest" }); // only as it grows: whoever scrolls away is left alone
    const still = now > 0 && now === height ? calm + 1 : 0; // it comes piece by piece
    if (still < 40 && Date.now() < until) setTimeout(reveal, 100, name, until, now, still);
  };
  const focus = () => {
    const top = memory.row * data.row_height;
    if (top < board.scrollTop) board.scrollTop = top;
    if (top + data.row_height > board.scrollTop + board.clientHeight - 40) board.scrollTop = top + data.row_height - board.clientHeight + 40;
    draw(true);
    const row = body.querySelector(`[aria-rowindex="${memory.row + 2}"]`);
    if (row) row.children[memory.column].focus();
  };
  board.onkeydown = (event) => {
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [10, 0], PageUp: [-10, 0] };
    if (event.key === "Enter" && data.clickable && data.rows[memory.row]) return choose(data.rows[memory.row][0]);
    const move = moves[event.key];
    const last = { row: data.rows.length - 1, column: data.columns.length - 1 };
    if (move) {
      memory.row = Math.max(0, Math.min(last.row, memory.row + move[0]));
      memory.column = Math.max(0, Math.min(last.column, memory.column + move[1]));
    } else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "End";
      memory.column = end ? last.column : 0;
      if (event.ctrlKey) memory.row = end ? last.row : 0;
    } else return undefined;
    event.preventDefault();
    return focus();
  };
  board.onscroll = () => draw(false);
  // other rows, for instance after a filter: from the first on
  const rows = data.rows.map((row) => row[0]).join("\n");
  if (memory.rows !== undefined && memory.rows !== rows) board.scrollTop = 0;
  memory.rows = rows;
  draw(true);
  if (hadFocus) refocus();
  return () => {
    board.onscroll = null;
    board.onkeydown = null;
  };
}
