// What the board says: the bar for what is selected, the last answer, a question, the legend, and the same to those who listen.
const say = (b, text) => {
  const { live } = b.parts;
  live.textContent = live.textContent === text ? `${text}\u00a0` : text; // else it would not be said again
};

// the line with the last answer; it has the role of a status, so it is said as well
const tell = (b, message) => {
  b.message = message;
  const { answer } = b.parts;
  answer.replaceChildren();
  answer.classList.toggle("refused", message !== null && !message.ok);
  answer.title = message ? message.words : "";
  if (message) answer.append(icon(message.ok ? "check_circle" : "error"), message.words);
  b.parts.bar.hidden = !b.data.editable && !message;
};

const named = (made, name, hint) => {
  made.dataset.name = name;
  if (hint) made.title = hint;
  return made;
};

const run = (b, action) => {
  const entries = selectedSpots(b.entries);
  if (action.id === "remove") removeEntries(b, entries);
  else send(b, { do: action.id, entries, cells: selectedSpots(b.cells) });
};

const buttons = (...some) => {
  const made = element("buttons");
  made.append(...some);
  return made;
};

const barForPick = (b) => {
  const { pick } = b;
  const words = element("what");
  words.append(icon("pan_tool_alt"), `Picked up: ${pick.from || entryWords(pick.what)}${pick.words ? `. ${pick.words}` : ""}`);
  words.title = words.lastChild.textContent;
  const copy = named(button("Copy", "content_copy", () => {
    pick.how = pick.how === "copy" ? "move" : "copy";
    drawBar(b);
    say(b, pick.how === "copy" ? "A copy will be placed." : "It will be moved.");
  }), "copy", "place a copy, and leave this one where it is");
  copy.setAttribute("aria-pressed", pick.how === "copy");
  const only = named(button("Only where it may go", "filter_alt", () => {
    showOnly(b, !b.only);
    say(b, b.only ? `${counted(b.data.rows.length, "row", "rows")}: where it may go.` : "All rows.");
  }), "only", "hide the rows that nothing of it may go to");
  only.setAttribute("aria-pressed", Boolean(b.only));
  const back = button("Put back", "undo", () => {
    putBack(b);
    focusCell(b, false);
  });
  return [words, buttons(...(pick.told ? [only] : []), copy, named(back, "back"))];
};

const barForSelection = (b) => {
  const words = element("what count", selectedWords(b));
  const fits = { entries: b.entries.size > 0, cells: b.cells.size > 0, any: true };
  const made = b.data.actions.filter((action) => fits[action.on]).map((action) => named(button(action.label, action.icon, () => run(b, action)), action.id, action.words));
  const [one] = selectedSpots(b.entries);
  const pick = button("Pick up", "pan_tool_alt", () => {
    pickUp(b, one);
    focusCell(b, false);
  });
  if (b.entries.size === 1) made.unshift(named(pick, "#pick", "then choose where it goes"));
  const clear = button("Clear", "close", () => {
    escape(b);
    focusCell(b, false);
  });
  return [words, buttons(...made, named(clear, "#clear", "select nothing"))];
};

const drawBar = (b) => {
  const { bar, chosen, tools, answer } = b.parts;
  const active = b.root.getRootNode().activeElement;
  const had = active && bar.contains(active) ? active.dataset.name : undefined;
  bar.hidden = !b.data.editable && !b.message;
  chosen.hidden = tools.hidden = !b.data.editable;
  if (b.data.editable) {
    const some = b.cells.size || b.entries.size;
    const way = b.phone ? "press on it until it is picked up" : "drag it to where it should be";
    const hint = element("what hint", `Choose a shift to change it, or ${way}.`);
    chosen.replaceChildren(...(b.pick ? barForPick(b) : some ? barForSelection(b) : b.message ? [] : [hint]));
    const undo = named(button("Undo", "undo", () => ANYWHERE["Ctrl+z"](b)), "#undo", "Ctrl + Z");
    if (b.message && b.message.undo) undo.classList.add("strong");
    const redo = named(button("Redo", "redo", () => ANYWHERE["Ctrl+y"](b)), "#redo", "Ctrl + Y");
    tools.replaceChildren(undo, redo, named(button("Keys", "keyboard", () => showKeys(b)), "#keys", "F1"));
  }
  if (had === undefined) return;
  const again = [...bar.querySelectorAll("button")].find((one) => one.dataset.name === had);
  if (again) again.focus({ preventScroll: true });
  else focusCell(b, false);
};

const drawLegend = (b) => {
  const { legend } = b.parts;
  const { data } = b;
  const one = (sign, words) => {
    const made = element("one");
    made.append(sign, words);
    return made;
  };
  const verdict = (state, words) => {
    const sign = element(`swatch state ${state}`, SYMBOLS[state]);
    return one(sign, words);
  };
  const swatch = (kind) => (MARKS[kind] ? Object.assign(icon(MARKS[kind]), { className: `icon ${kind}` }) : element(`swatch chip ${kind}`));
  const state = data.editable || data.draft ? [[data.draft ? "striped" : "unstriped", data.draft ? "draft: striped" : "published: without stripes"]] : [];
  const shown = [...data.legend, ...state];
  legend.replaceChildren(
    ...(b.pick
      ? [verdict("yes", "as good or better"), verdict("price", "dearer, or against a wish"), verdict("instead", "in exchange for something"), verdict("no", "not allowed")]
      : shown.map(([kind, words]) => one(swatch(kind), words))),
  );
  legend.hidden = !legend.childElementCount;
};

const openDialog = (b, words, parts, leave) => {
  const { dialog } = b.parts;
  const title = element("words", words);
  title.id = "board-dialog-words";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.replaceChildren(title, ...parts);
  dialog.oncancel = (event) => {
    event.preventDefault();
    leave();
  };
  if (!dialog.open) dialog.showModal();
};

const closeDialog = (b) => {
  b.parts.dialog.close();
  focusCell(b, false);
};

const drawQuestion = (b) => {
  const { question } = b.data;
  const { dialog } = b.parts;
  if (!question || question.id === b.answered) {
    if (dialog.open && b.asking) closeDialog(b);
    b.asking = null;
    return;
  }
  if (b.asking === question.id) return;
  b.asking = question.id;
  const reply = (choice) => {
    b.answered = question.id;
    b.asking = null;
    closeDialog(b);
    send(b, { do: "answer", question: question.id, choice });
  };
  const choices = question.choices.map(({ key, label, note }) => {
    const made = button(label, "", () => reply(key));
    if (note) made.append(element("note", note));
    return made;
  });
  openDialog(b, question.words, choices, () => reply(question.choices[question.choices.length - 1].key));
};

const showKeys = (b) => {
  const list = document.createElement("dl");
  for (const [keys, words] of [...KEYS, ...(b.data.editable ? EDITING_KEYS : [])]) {
    const [term, meaning] = ["dt", "dd"].map((kind) => document.createElement(kind));
    term.textContent = keys;
    meaning.textContent = words;
    list.append(term, meaning);
  }
  openDialog(b, "Keys", [list, button("Close", "", () => closeDialog(b))], () => closeDialog(b));
};
