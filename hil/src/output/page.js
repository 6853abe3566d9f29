"use strict";
// Filters. Their state is in the address, so that a filtered page can be sent to somebody.
(() => {
  const buttons = [...document.querySelectorAll("nav button")];
  const suite = document.getElementById("suite");
  const words = document.getElementById("words");
  const tests = [...document.querySelectorAll(".test")];

  function read() {
    const state = new URLSearchParams(location.hash.slice(1));
    const outcomes = (state.get("outcome") || "").split(",").filter(Boolean);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", outcomes.includes(button.dataset.outcome));
    }
    suite.value = state.get("suite") || "";
    words.value = state.get("words") || "";
  }

  function apply() {
    const outcomes = buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.outcome);
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const test of tests) {
      const is = outcomes.length === 0 || outcomes.includes(test.dataset.outcome) ||
        (outcomes.includes("flaky") && test.dataset.flaky === "true");
      const there = is && (!suite.value || test.dataset.suite === suite.value) &&
        (!wanted || test.textContent.toLowerCase().includes(wanted));
      test.hidden = !there;
      shown += there ? 1 : 0;
    }
    for (const section of document.querySelectorAll(".suite")) {
      section.hidden = !section.querySelector(".test:not([hidden])");
    }
    document.getElementById("nothing").hidden = shown > 0;
    document.getElementById("shown").textContent = shown + " of " + tests.length + " tests";
    const state = new URLSearchParams();
    if (outcomes.length) state.set("outcome", outcomes.join(","));
    if (suite.value) state.set("suite", suite.value);
    if (wanted) state.set("words", wanted);
    const hash = state.toString();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? "#" + hash : location.pathname);
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
      apply();
    });
  }
  suite.addEventListener("change", apply);
  words.addEventListener("input", apply);
  addEventListener("hashchange", () => { read(); apply(); });
  read();
  apply();
})();
