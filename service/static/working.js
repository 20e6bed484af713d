// Asks how far a schedule is and shows it once it is there; without this the page has a link to load it again.

const working = document.getElementById("working");
const ask = async () => {
  try {
    const answer = await fetch(working.dataset.address, { headers: { accept: "application/json" } });
    const run = await answer.json();
    if (!answer.ok || run.state === "done" || run.state === "failed") {
      window.location.replace(window.location.pathname);
      return;
    }
  } catch {
    // The service may be busy; the next time it answers.
  }
  window.setTimeout(ask, 700);
};
window.setTimeout(ask, 700);
