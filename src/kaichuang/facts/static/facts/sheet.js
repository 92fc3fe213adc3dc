// The grid of a report: keys move between cells, a block copied from a spreadsheet is pasted as a block,
// and cells that the checks complain about are marked.
(() => {
  "use strict";
  const sheet = document.querySelector("[data-sheet]");
  if (!sheet) return;
  const place = (cell) => {
    const td = cell.closest("td");
    return { row: td.parentElement, column: [...td.parentElement.children].indexOf(td) };
  };
  const next = (cell, step) => {
    const { row, column } = place(cell);
    for (let at = step > 0 ? row.nextElementSibling : row.previousElementSibling; at; at = step > 0 ? at.nextElementSibling : at.previousElementSibling) {
      const found = at.children[column]?.querySelector("[data-cell]");
      if (found) return found;
    }
    return null;
  };
  sheet.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-cell]") || event.isComposing) return;
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault(); // Enter would hand the whole form in
    const found = next(event.target, step);
    if (found) {
      found.focus();
      found.select();
    } else {
      event.target.blur();
      event.target.focus();
    }
  });
  sheet.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    if (!event.target.matches("[data-cell]") || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    let line = event.target;
    for (const values of text.split("\n")) {
      if (!line) break;
      const { row, column } = place(line);
      values.split("\t").forEach((value, index) => {
        const cell = row.children[column + index]?.querySelector("[data-cell]");
        if (cell && cell.value !== value.trim()) {
          cell.value = value.trim();
          cell.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
      line = next(line, 1);
    }
  });
  const mark = () => {
    const wrong = new Set((document.getElementById("findings")?.dataset.wrong || "").split(" "));
    for (const cell of sheet.querySelectorAll("[name^='c:']")) {
      if (wrong.has(cell.id.slice(2))) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
    }
  };
  document.addEventListener("htmx:afterSwap", mark);
})();
