// Asks how far a schedule is and shows it once it is there; without this the page has a link to load it again.

const working = document.getElementById("working");
const bar = document.getElementById("working-bar");
const ask = async () => {
  try {
    const answer = await fetch(working.dataset.address, { headers: { accept: "application/json" } });
    const run = await answer.json();
    if (!answer.ok || !["waiting", "running"].includes(run.state)) {
      window.location.replace(window.location.pathname);
      return;
    }
    // Another one came first; it has begun now, and the page says for how long.
    if (run.state !== working.dataset.state) {
      window.location.replace(window.location.pathname);
      return;
    }
    if (bar) bar.value = run.seconds;
  } catch {
    // The service may be busy; the next time it answers.
  }
  window.setTimeout(ask, 700);
};
window.setTimeout(ask, 700);
