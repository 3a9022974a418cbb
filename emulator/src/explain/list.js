"use strict";
// Puts new rows on top of the list. The rows come as HTML from the emulator, which has escaped them.
const live = document.getElementById("live");
const text = document.getElementById("live-text");
const rows = document.getElementById("rows");
const empty = document.getElementById("empty");
let newest = Number(live.dataset.newest);

async function refresh() {
  try {
    const query = new URLSearchParams({ since: newest, limit: 200 });
    if (live.dataset.operation) query.set("operation", live.dataset.operation);
    const answer = await fetch(`/_emulator/rows?${query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const html = await answer.text();
    if (html) {
      for (const row of rows.querySelectorAll(".new")) row.classList.remove("new");
      const before = rows.children.length;
      rows.insertAdjacentHTML("afterbegin", html);
      const added = rows.children.length - before;
      for (let at = 0; at < added; at += 1) rows.children[at].classList.add("new");
      while (rows.children.length > 500) rows.lastElementChild.remove();
      newest = Number(answer.headers.get("x-newest"));
      empty.hidden = true;
    }
    live.classList.add("on");
    text.textContent = "live";
  } catch {
    live.classList.remove("on");
    text.textContent = "the emulator does not answer";
  }
}

async function loop() {
  if (!document.hidden) await refresh();
  setTimeout(loop, 1000);
}
loop();
