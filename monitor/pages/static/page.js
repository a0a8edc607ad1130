// What makes the pages handier; all of them work without it.
"use strict";
for (const label of document.querySelectorAll(".drop")) {
  const input = label.querySelector("input");
  const lit = (on) => label.classList.toggle("over", on);
  label.addEventListener("dragover", (event) => { event.preventDefault(); lit(true); });
  label.addEventListener("dragleave", () => lit(false));
  label.addEventListener("drop", (event) => {
    event.preventDefault();
    lit(false);
    input.files = event.dataTransfer.files;
  });
}
// Who comes for a cell sees it: its words stand in a corner of the window, the cell in the middle.
function here() {
  for (const one of document.querySelectorAll("td.here")) one.classList.remove("here");
  const cell = document.getElementById("at-" + decodeURIComponent(location.hash.slice(1)));
  if (!cell) return;
  cell.closest("td").classList.add("here");
  cell.scrollIntoView({ block: "center", inline: "center" });
}
addEventListener("hashchange", here);
here();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !location.hash.includes("c-")) return;
  const cell = document.getElementById("at-" + location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
  location.hash = "#main";
  if (cell) cell.focus();
});
