(() => {
"use strict";
const tools = document.getElementById("tools");
const blocks = [...document.querySelectorAll("[data-block]")];
const rows = new Map([...document.querySelectorAll("[data-row]")].map(row => [row.dataset.row, row]));
const texts = new Map(blocks.map(one => [one, one.textContent.toLowerCase()]));
const order = new Map(blocks.map((one, place) => [one, place]));
const rank = {critical: 0, high: 1, medium: 2, low: 3};
if (tools && blocks.length > 1) {
  const [find, severity, sort] = ["find", "severity", "sort"].map(id => document.getElementById(id));
  const found = document.getElementById("found");
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of blocks) {
      const fits = words.every(word => texts.get(one).includes(word))
        && (!severity.value || rank[one.dataset.severity] <= rank[severity.value]);
      one.hidden = !fits;
      shown += fits;
      const row = rows.get(one.dataset.block);
      if (row) row.hidden = !fits;
    }
    found.textContent = `${shown} of ${blocks.length} shown`;
  };
  const by = {
    listed: (a, b) => order.get(a) - order.get(b),
    severity: (a, b) => rank[a.dataset.severity] - rank[b.dataset.severity] || order.get(a) - order.get(b),
    since: (a, b) => a.dataset.since < b.dataset.since ? -1 : a.dataset.since > b.dataset.since ? 1 : order.get(a) - order.get(b),
    agent: (a, b) => a.dataset.agent < b.dataset.agent ? -1 : a.dataset.agent > b.dataset.agent ? 1 : order.get(a) - order.get(b),
  };
  const arrange = () => {
    for (const one of [...blocks].sort(by[sort.value])) {
      one.parentNode.append(one);
      const row = rows.get(one.dataset.block);
      if (row) row.parentNode.append(row);
    }
  };
  find.addEventListener("input", show);
  severity.addEventListener("change", show);
  sort.addEventListener("change", arrange);
  tools.hidden = false;
}
const opened = () => {
  const at = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let one = at; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  if (at) at.scrollIntoView();
};
addEventListener("hashchange", opened);
opened();
})();
