// Shows how far a build is, and the page as it is afterwards; without this the page has a link to load it again.

const building = document.getElementById("building");
const said = document.getElementById("building-said");
const bar = document.getElementById("building-bar");
const names = [...building.querySelectorAll("[data-name]")];

const words = (job, place) => {
  const { step, done, total } = job.progress;
  if (job.state === "waiting") return said.dataset.waiting;
  const pattern = total === null ? said.dataset.step : said.dataset.stepOf;
  const values = { step: place + 1, name: names[place].textContent, done, total };
  return pattern.replace(/\{(step|name|done|total)\}/g, (_all, name) => values[name]);
};

const show = (job) => {
  const place = names.findIndex((each) => each.dataset.name === job.progress.step);
  if (place < 0 && job.state !== "waiting") return;
  const text = words(job, place);
  // A screen reader is told each text once.
  if (said.textContent !== text) said.textContent = text;
  const { done, total } = job.progress;
  bar.value = Math.max(place, 0) + (total ? done / total : 0);
};

const ask = async () => {
  try {
    const answer = await fetch(building.dataset.address, { headers: { accept: "application/json" } });
    const job = await answer.json();
    if (!answer.ok || !["waiting", "running"].includes(job.state)) {
      window.location.replace(window.location.pathname);
      return;
    }
    show(job);
  } catch {
    // The service may be busy; the next time it answers.
  }
  window.setTimeout(ask, 1000);
};
window.setTimeout(ask, 700);
