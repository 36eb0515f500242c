// On paper: all rows, a sheet for each week, and above the headings of each page what is printed.
const WEEK = 7;

const beginPrint = (b) => {
  const corner = b.parts.top.querySelector(".head > .name");
  if (!corner) return;
  const now = new Date().toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  corner.prepend(element("printed", [b.data.printed, `printed ${now}`].filter(Boolean).join(" · ")));
  const weeks = weeksOf(b.data.columns);
  if (weeks.length < 2) return; // what is shown is what is printed
  b.parts.scroll.append(...weeks.map(([from, until]) => sheetOf(b, from, until)));
  b.parts.sheet.hidden = true;
};

const endPrint = (b) => {
  for (const sheet of b.parts.scroll.querySelectorAll(".of-a-week")) sheet.remove();
  b.parts.sheet.hidden = false;
};

// [first place, the place behind the last] of the columns that are a sheet
const weeksOf = (columns) => {
  if (columns.length <= WEEK) return [];
  const first = columns.map((column, place) => (place === 0 || column.kinds.split(" ").includes("begins") ? place : -1)).filter((place) => place >= 0);
  return first.map((from, number) => [from, first[number + 1] ?? columns.length]);
};

// without the sums, which are those of all weeks
const sheetOf = (b, from, until) => {
  const sheet = b.parts.sheet.cloneNode(false);
  sheet.classList.add("of-a-week");
  for (const group of b.parts.sheet.children) {
    const part = group.cloneNode(false);
    for (const line of group.children) {
      const made = line.cloneNode(false);
      made.append(line.children[0].cloneNode(true), ...[...line.children].slice(from + 1, until + 1).map((cell) => cell.cloneNode(true)));
      part.append(made);
    }
    sheet.append(part);
  }
  return sheet;
};
