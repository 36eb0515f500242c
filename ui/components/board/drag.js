// By mouse: drag to move, with Ctrl or Alt to copy. By touch: a long press picks up, a tap places.
const FAR = 5; // pixels from which a press becomes a drag
const LONG = 500; // milliseconds
const EDGE = 44; // pixels from the border within which the board scrolls
const FAST = 27; // pixels a second for each pixel nearer to the border

const startPress = (b, event) => {
  if (event.button !== 0 || !event.isPrimary) return;
  b.swallow = false;
  const spot = spotOf(b, event.target);
  if (!spot || !spot.entry || b.pick || !entryAt(b, spot)) return;
  b.press = { x: event.clientX, y: event.clientY, spot, pointer: event.pointerId, touch: event.pointerType === "touch" };
  if (b.press.touch) b.press.timer = setTimeout(longPress, LONG, b);
};

const longPress = (b) => {
  const { spot } = b.press;
  b.press = null;
  b.swallow = true; // the finger has yet to be lifted
  if (pickUp(b, spot) && navigator.vibrate) navigator.vibrate(30);
  focusCell(b, false);
};

const endPress = (b) => {
  if (b.press) clearTimeout(b.press.timer);
  b.press = null;
};

const movePointer = (b, event) => {
  if (b.press) {
    const far = Math.hypot(event.clientX - b.press.x, event.clientY - b.press.y);
    if (b.press.touch && far > 2 * FAR) endPress(b);
    else if (!b.press.touch && far > FAR) startDrag(b, event);
  }
  if (!b.drag) return;
  Object.assign(b.drag, { x: event.clientX, y: event.clientY, copy: event.ctrlKey || event.altKey || event.metaKey });
  if (!b.drag.frame) b.drag.frame = requestAnimationFrame(() => followPointer(b));
};

const startDrag = (b, event) => {
  const { spot, pointer } = b.press;
  endPress(b);
  const made = cellAt(b, spot.row, spot.column);
  const shape = made && [...made.querySelectorAll(".chip")].find((one) => one.dataset.entry === spot.entry);
  if (!shape || !pickUp(b, spot)) return;
  b.parts.scroll.setPointerCapture(pointer);
  const ghost = shape.cloneNode(true);
  ghost.removeAttribute("title");
  ghost.style.width = `${shape.offsetWidth}px`;
  b.parts.ghost.replaceChildren(ghost);
  b.parts.ghost.hidden = false;
  b.drag = { x: event.clientX, y: event.clientY, copy: false, frame: 0, over: null, last: 0 };
  b.root.classList.add("dragging");
};

const followPointer = (b) => {
  const { drag, parts } = b;
  if (!drag) return;
  drag.frame = 0;
  parts.ghost.style.transform = `translate(${drag.x + 10}px, ${drag.y + 8}px)`;
  parts.ghost.classList.toggle("copy", drag.copy);
  const box = parts.scroll.getBoundingClientRect();
  const now = performance.now();
  const passed = Math.min(50, now - drag.last) / 1000;
  drag.last = now;
  const deep = (at, low, high) => (at < low + EDGE ? Math.max(-EDGE, at - low - EDGE) : at > high - EDGE ? Math.min(EDGE, at - high + EDGE) : 0);
  const pull = (at, low, high) => Math.round(deep(at, low, high) * FAST * passed);
  const [left, top] = [parts.scroll.scrollLeft, parts.scroll.scrollTop];
  parts.scroll.scrollTop += pull(drag.y, box.top + parts.top.offsetHeight, box.bottom);
  parts.scroll.scrollLeft += pull(drag.x, box.left + parts.top.querySelector(".name").offsetWidth, box.right);
  const moved = left !== parts.scroll.scrollLeft || top !== parts.scroll.scrollTop;
  const over = overCell(b);
  if (over !== drag.over) {
    if (drag.over) drag.over.classList.remove("over");
    if (over) over.classList.add("over");
    drag.over = over;
  }
  if (moved) drag.frame = requestAnimationFrame(() => followPointer(b));
};

const overCell = (b) => {
  const found = b.root.getRootNode().elementFromPoint(b.drag.x, b.drag.y);
  const spot = spotOf(b, found);
  return spot && isRostered(b, spot.row, spot.column) ? found.closest("[data-column]") : null;
};

const stopDrag = (b) => {
  cancelAnimationFrame(b.drag.frame);
  if (b.drag.over) b.drag.over.classList.remove("over");
  b.parts.ghost.hidden = true;
  b.root.classList.remove("dragging");
  b.drag = null;
};

const endPointer = (b, event) => {
  endPress(b);
  if (!b.drag) return;
  b.drag.x = event.clientX;
  b.drag.y = event.clientY;
  const found = overCell(b) && spotOf(b, b.root.getRootNode().elementFromPoint(b.drag.x, b.drag.y));
  const copy = event.ctrlKey || event.altKey || event.metaKey;
  stopDrag(b);
  b.swallow = true; // a click follows
  setTimeout(() => (b.swallow = false), 50);
  if (!b.pick) return;
  if (event.type === "pointercancel" || !found) putBack(b);
  else placeAt(b, found, copy ? "copy" : "move");
  focusCell(b, false);
};

const listenToPointers = (b) => {
  const { scroll } = b.parts;
  scroll.onpointerdown = (event) => startPress(b, event);
  scroll.onpointermove = (event) => movePointer(b, event);
  scroll.onpointerup = (event) => endPointer(b, event);
  scroll.onpointercancel = (event) => endPointer(b, event);
  scroll.oncontextmenu = (event) => {
    if (b.pick || (b.press && b.press.touch)) event.preventDefault();
  };
  scroll.onclick = (event) => clicked(b, event);
};
