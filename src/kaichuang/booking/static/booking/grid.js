// Grids of times: one stop for the tab key, arrows move within, Enter opens. Without scripts they are tables of links.
(() => {
  "use strict";
  const rows = (grid) => [...grid.tBodies[0].rows].map((row) => [...row.cells].filter((cell) => cell.tagName === "TD"));

  const focus = (grid, cell) => {
    for (const other of grid.querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };

  const prepare = (grid) => {
    for (const cell of grid.querySelectorAll("td")) {
      cell.tabIndex = -1;
      const link = cell.querySelector("a");
      if (link) link.tabIndex = -1;
    }
    const first = grid.querySelector("td:has(a)") || grid.querySelector("td");
    if (first) first.tabIndex = 0;
  };

  const move = (cells, row, column, key) => {
    if (key === "Home") return [row, 0];
    if (key === "End") return [row, cells[row].length - 1];
    if (key === "PageUp") return [0, column];
    if (key === "PageDown") return [cells.length - 1, column];
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
    return step && [row + step[0], column + step[1]];
  };

  document.addEventListener("keydown", (event) => {
    const cell = event.target instanceof Element && event.target.closest("[data-grid] td");
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") {
      const link = cell.querySelector("a");
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    const grid = cell.closest("[data-grid]");
    const cells = rows(grid);
    const row = cells.findIndex((one) => one.includes(cell));
    const next = move(cells, row, cells[row].indexOf(cell), event.key);
    const target = next && cells[next[0]] && cells[next[0]][next[1]];
    if (next) event.preventDefault();
    if (target) focus(grid, target);
  });

  for (const grid of document.querySelectorAll("[data-grid]")) prepare(grid);
})();
