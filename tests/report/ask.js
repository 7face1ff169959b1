"use strict";
// Put into a copy of the report by tests/report.rs: opens every fold, lets axe-core look, and says what there is.
const faults = [];
console.error = (...words) => faults.push(`error: ${words.map(String).join(" ")}`);
addEventListener("error", (event) => faults.push(`error: ${event.message}`), true);
addEventListener("securitypolicyviolation", (event) => faults.push(`policy: ${event.violatedDirective} ${event.blockedURI}`));

function outline() {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((h) => Number(h.tagName[1]));
  return levels.every((level, at) => at === 0 ? level === 1 : level <= levels[at - 1] + 1);
}

function tell(told) {
  const letters = Array.from(new TextEncoder().encode(JSON.stringify(told)), (byte) => String.fromCharCode(byte));
  document.head.replaceChildren();
  document.body.textContent = `told:${btoa(letters.join(""))}:`;
}

addEventListener("load", async () => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  const root = document.documentElement;
  const count = (what) => document.querySelectorAll(what).length;
  const told = {
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    width: innerWidth,
    overflow: root.scrollWidth - root.clientWidth,
    findings: count("article.finding"),
    charts: count(".chart svg"),
    bars: count("rect.bar"),
    marks: count("mark"),
    requests: count(".fall tbody tr"),
    outline: outline(),
    painted: getComputedStyle(document.querySelector(".verdict")).borderLeftStyle,
    loaded: performance.getEntriesByType("resource").map((one) => one.name),
  };
  const looked = await axe.run(document, { resultTypes: ["violations"] });
  told.violations = looked.violations.map((one) =>
    `${one.impact}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
  told.passes = looked.passes.length;
  told.faults = faults;
  tell(told);
});
