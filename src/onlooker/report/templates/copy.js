(() => {
"use strict";
for (const one of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", one.dataset.copy);
  button.addEventListener("click", () => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const selected = getSelection();
    selected.removeAllRanges();
    selected.addRange(range);
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected: copy it";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  one.after(button);
}
})();
