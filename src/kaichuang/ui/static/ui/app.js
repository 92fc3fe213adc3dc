// Small habits of the shell. Everything here is a convenience: pages work without it.
(() => {
  "use strict";
  const on = (type, selector, handler) =>
    document.addEventListener(type, (event) => {
      const target = event.target instanceof Element ? event.target.closest(selector) : null;
      if (target) handler(event, target);
    });

  // Menus: one open at a time; Esc and a click elsewhere close them.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.kc-menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => {
    closeMenus(event.target instanceof Element ? event.target.closest("details.kc-menu") : null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.kc-menu[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
      return;
    }
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = [...document.querySelectorAll('input[type=search][name="q"]')].find((one) => one.checkVisibility());
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    }
  });

  // Dialogs: browsers without the command attribute get the same by script.
  if (!("command" in HTMLButtonElement.prototype)) {
    on("click", "button[commandfor]", (event, button) => {
      const dialog = document.getElementById(button.getAttribute("commandfor"));
      if (!dialog) return;
      if (button.getAttribute("command") === "show-modal") dialog.showModal();
      else dialog.close();
    });
  }

  // Side navigation folds away on narrow screens.
  const narrow = window.matchMedia("(max-width: 991.98px)");
  const fold = () => {
    for (const side of document.querySelectorAll("[data-side]")) side.open = !narrow.matches;
  };
  narrow.addEventListener("change", fold);

  on("click", "[data-copy]", (event, button) => {
    navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href).then(() => announce(button.dataset.done));
  });
  on("click", "[data-print]", () => window.print());
  on("click", "[data-dismiss]", (event, button) => button.closest("[data-toast]").remove());

  // Questions before something that cannot be undone.
  document.addEventListener("submit", (event) => {
    const asked = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (asked && !window.confirm(asked)) event.preventDefault();
  });

  // Selection of rows.
  const count = (form) => {
    const boxes = [...form.querySelectorAll('input[name="selected"]')];
    const chosen = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-select-all]");
    form.querySelector("[data-selected-count]").textContent = chosen ? `${chosen} / ${boxes.length}` : "";
    if (all) {
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };
  on("change", "form[data-bulk] input[type=checkbox]", (event, box) => {
    const form = box.form;
    if (box.hasAttribute("data-select-all")) {
      for (const other of form.querySelectorAll('input[name="selected"]')) other.checked = box.checked;
    }
    count(form);
  });

  // Amounts: what is typed in yuan, also in 万.
  const wan = (input) => {
    const match = /^\s*[¥￥]?\s*([\d,，]*\.?\d+)\s*([万亿]?)元?\s*$/.exec(input.value);
    let shown = input.parentElement.querySelector("output");
    if (!shown) {
      shown = document.createElement("output");
      shown.className = "kc-wan";
      input.parentElement.append(shown);
    }
    const factor = match && { 万: 1e4, 亿: 1e8, "": 1 }[match[2]];
    const yuan = match ? Number(match[1].replace(/[,，]/g, "")) * factor : 0;
    shown.textContent = yuan >= 1e4 ? `= ${(yuan / 1e4).toLocaleString("zh-CN", { maximumFractionDigits: 6 })} ${input.dataset.money}` : "";
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("input[data-money]")) wan(event.target);
  });

  const announce = (text) => {
    const box = document.getElementById("toasts");
    if (!box || !text) return;
    const toast = document.createElement("div");
    toast.className = "kc-alert kc-success";
    toast.textContent = text;
    box.append(toast);
    setTimeout(() => toast.remove(), 4000);
  };

  // Charts: the library is fetched only by pages that have one.
  const charts = (root) => {
    const figures = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
    if (!figures.length) return;
    // Taken at once: while the library is on its way this may be asked again.
    for (const figure of figures) figure.dataset.drawn = "";
    const draw = () => figures.forEach((figure) => window.kaichuangCharts.draw(figure));
    if (window.kaichuangCharts) {
      draw();
      return;
    }
    load(figures[0].dataset.library)
      .then(() => load(document.body.dataset.charts))
      .then(draw);
  };
  const load = (address) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });

  // What scrolls sideways and holds nothing to step on is itself a step for the keyboard.
  const scrollers = () => {
    for (const box of document.querySelectorAll(".kc-table-scroll")) {
      const needed = box.scrollWidth > box.clientWidth && !box.querySelector("tbody a, tbody input, tbody button");
      if (needed) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  window.addEventListener("resize", scrollers);

  const ready = (root) => {
    charts(root);
    scrollers();
    for (const input of root.querySelectorAll("input[data-money]")) wan(input);
    for (const form of root.querySelectorAll("form[data-bulk]")) count(form);
    root.querySelector("[data-focus]")?.focus();
  };
  fold();
  ready(document);
  document.addEventListener("htmx:load", (event) => ready(event.target));
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => announce(document.body.dataset.failed));
  }

  // A click anywhere in a row follows the row's first link.
  on("click", ".kc-table tbody tr", (event, row) => {
    if (event.target.closest("a, button, input, label, summary") || String(window.getSelection())) return;
    const link = row.querySelector("td a[href]");
    if (link) link.click();
  });
})();
