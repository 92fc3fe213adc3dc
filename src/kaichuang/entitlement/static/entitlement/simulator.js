// Sliders beside figures: the field is the value, the slider a handle on it. Without scripts only the field is there.
(() => {
  "use strict";
  const number = (text) => {
    const match = /^\s*([\d,，]*\.?\d+)\s*(%|万|亿)?\s*元?\s*$/.exec(text);
    if (!match) return null;
    const plain = Number(match[1].replace(/[,，]/g, ""));
    return plain * ({ 万: 1e4, 亿: 1e8 }[match[2]] || 1);
  };
  for (const slider of document.querySelectorAll("input.ent-slider")) {
    const field = document.getElementById(slider.dataset.for);
    if (!field) continue;
    const ratio = slider.dataset.kind === "ratio";
    const follow = () => {
      const value = number(field.value);
      if (value !== null) slider.value = ratio && !field.value.includes("%") ? value * 100 : value;
    };
    follow();
    field.addEventListener("input", follow);
    slider.addEventListener("input", () => {
      field.value = ratio ? `${slider.value}%` : Number(slider.value).toLocaleString("en-US");
    });
  }
})();
