// Moves through a grid with the arrow keys, one stop of the Tab key for all of it; without this every cell is a link of its own.

for (const table of document.querySelectorAll("table[data-grid]")) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.querySelector("a")));
  const links = rows.flat().filter(Boolean);
  const stop = (link) => {
    for (const each of links) each.tabIndex = -1;
    link.tabIndex = 0;
  };
  const place = (link) => {
    const row = rows.findIndex((each) => each.includes(link));
    return [row, rows[row].indexOf(link)];
  };
  const next = (row, column, down, right) => {
    for (let i = row + down, j = column + right; rows[i] && j >= 0 && j < rows[i].length; i += down, j += right) {
      if (rows[i][j]) return rows[i][j];
    }
    return null;
  };
  if (!links.length) continue;
  stop(links[0]);
  table.addEventListener("focusin", (event) => { if (links.includes(event.target)) stop(event.target); });
  table.addEventListener("keydown", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.altKey || event.metaKey) return;
    const [row, column] = place(link);
    const line = rows[row].filter(Boolean);
    const ways = {
      ArrowUp: () => next(row, column, -1, 0),
      ArrowDown: () => next(row, column, 1, 0),
      ArrowLeft: () => next(row, column, 0, -1),
      ArrowRight: () => next(row, column, 0, 1),
      Home: () => line[0],
      End: () => line[line.length - 1],
    };
    if (!(event.key in ways)) return;
    event.preventDefault();
    const found = ways[event.key]();
    if (found) found.focus();
  });
}
