// Conveniences of the application form: rows without a reload, uploads with their progress. Everything works without it.
(() => {
  "use strict";
  const form = document.querySelector("[data-application]");
  if (!form) return;

  // The papers of a new row: a key of its own, no files yet.
  const freshPapers = (row) => {
    const hidden = row.querySelector("[data-key]");
    if (!hidden) return;
    const last = row.dataset.old;
    const key = [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    hidden.value = key;
    for (const part of row.querySelectorAll("[data-paper]")) {
      for (const gone of part.querySelectorAll(":scope > .ca-files")) gone.remove();
      part.querySelector("[data-standing]").replaceChildren();
      for (const element of [part, ...part.querySelectorAll("*")]) {
        for (const name of ["id", "name", "for", "value", "data-upload"]) {
          const value = element.getAttribute(name);
          if (value && value.includes(last)) element.setAttribute(name, value.replaceAll(last, key));
        }
        if (element.matches("progress, [data-upload-error]")) element.hidden = true;
      }
      part.setAttribute("aria-label", part.querySelector("strong").textContent);
    }
  };

  // One more row: the last one, empty, with the next number.
  const addRow = (table) => {
    const total = table.querySelector('input[name$="-TOTAL_FORMS"]');
    const rows = [...table.querySelectorAll("[data-row]")];
    const last = rows[rows.length - 1];
    if (!total || !last) return false;
    const number = Number(total.value);
    const prefix = total.name.replace(/-TOTAL_FORMS$/, "");
    const row = last.cloneNode(true);
    const old = last.querySelector("[data-key]");
    if (old) row.dataset.old = old.value;
    for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(`${prefix}-${number - 1}-`, `${prefix}-${number}-`));
      }
    }
    for (const field of row.querySelectorAll("input:not([type=checkbox]):not([type=radio]), textarea")) {
      field.value = "";
      field.removeAttribute("value");
      field.classList.remove("is-invalid");
    }
    freshPapers(row);
    for (const select of row.querySelectorAll("select")) {
      const usual = table.dataset.usual ? JSON.parse(table.dataset.usual)[select.name.split("-").pop()] : "";
      select.value = usual || "";
    }
    for (const extra of row.querySelectorAll(".errorlist, output")) extra.remove();
    const legend = row.querySelector("legend");
    if (legend) legend.textContent = legend.textContent.replace(/\d+/, String(number + 1));
    last.after(row);
    total.value = String(number + 1);
    row.querySelector("input, select").focus();
    return true;
  };
  // The choices with which an empty row comes.
  for (const table of form.querySelectorAll("[data-rows]")) {
    const rows = table.querySelectorAll("[data-row]");
    const usual = {};
    for (const select of rows.length ? rows[rows.length - 1].querySelectorAll("select") : []) {
      usual[select.name.split("-").pop()] = select.value;
    }
    table.dataset.usual = JSON.stringify(usual);
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (button && addRow(button.closest("[data-rows]"))) event.preventDefault();
  });

  // What is pasted or chosen as a file is not saved while one types.
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, (event) => {
      if (event.target.closest("[data-quiet]")) event.stopPropagation();
    }, true);
  }

  // Files go up at once, with their progress; the part of the page is replaced by what the server answers.
  const send = (input) => {
    const part = input.closest("[data-paper]");
    const bar = part.querySelector("progress");
    const wrong = part.querySelector("[data-upload-error]");
    const file = input.files[0];
    if (!file) return;
    wrong.hidden = true;
    if (file.size > Number(input.dataset.most)) {
      wrong.textContent = `${file.name}: ${input.dataset.large}`;
      wrong.hidden = false;
      input.value = "";
      return;
    }
    const data = new FormData();
    data.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", input.dataset.upload);
    request.setRequestHeader("X-CSRFToken", form.querySelector("input[name=csrfmiddlewaretoken]").value);
    bar.hidden = false;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      bar.hidden = true;
      if (request.status === 200 || request.status === 422) {
        const holder = document.createElement("template");
        holder.innerHTML = request.responseText;
        const fresh = [...holder.content.querySelectorAll("[data-paper]")];
        if (fresh.length) {
          for (const other of fresh.slice(1)) document.getElementById(other.id)?.replaceWith(other);
          part.replaceWith(fresh[0]);
          fresh[0].focus();
        }
      } else {
        wrong.textContent = document.body.dataset.failed;
        wrong.hidden = false;
      }
    });
    request.addEventListener("error", () => {
      bar.hidden = true;
      wrong.textContent = document.body.dataset.failed;
      wrong.hidden = false;
    });
    request.send(data);
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches && event.target.matches("input[data-upload]")) send(event.target);
  }, true);
})();
