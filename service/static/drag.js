// A meeting is dragged to another place of the schedule, where the page for a change by hand says what stands in the way; without
// this, and for whoever does not drag, choosing the meeting leads to the same page.

let carried = null;

const placeOf = (event) => event.target.closest("table[data-drag] tbody td");

const change = (cell) => {
  if (!carried || !cell || cell === carried.closest("td") || cell.classList.contains("closed")) return "";
  const address = new URL(carried.href);
  const there = cell.querySelector("a");
  if (there) {
    const other = new URL(there.href).searchParams;
    address.searchParams.set("c", other.get("a"));
    address.searchParams.set("d", other.get("b"));
  } else {
    const [times] = cell.closest("table").tHead.rows;
    address.searchParams.set("starts", times.cells[cell.cellIndex].dataset.starts);
    address.searchParams.set("table", cell.parentElement.cells[0].textContent.trim());
  }
  address.hash = "preview";
  return address.href;
};

const mark = (name, cell) => {
  for (const each of document.querySelectorAll(`.${name}`)) each.classList.remove(name);
  if (cell) cell.classList.add(name);
};

document.addEventListener("dragstart", (event) => {
  const cell = placeOf(event);
  carried = cell ? cell.querySelector("a") : null;
  if (!carried) return;
  event.dataTransfer.effectAllowed = "move";
  mark("carried", cell);
});

document.addEventListener("dragover", (event) => {
  const cell = placeOf(event);
  const possible = change(cell) !== "";
  mark("drop", possible ? cell : null);
  if (!possible) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
});

document.addEventListener("drop", (event) => {
  const address = change(placeOf(event));
  if (!address) return;
  event.preventDefault();
  window.location.assign(address);
});

document.addEventListener("dragend", () => {
  mark("drop", null);
  mark("carried", null);
  carried = null;
});
