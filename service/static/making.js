// Asks whether a file or a page is there and goes to it; without this the page has a link to load it again.

const making = document.getElementById("making");
const look = async () => {
  try {
    const answer = await fetch(making.dataset.address, { method: "HEAD" });
    if (answer.status !== 202 && answer.status !== 503) {
      // A download leaves this page where it is, so it says that the file is there.
      document.getElementById("making-said").textContent = making.dataset.there;
      window.location.replace(making.dataset.address);
      return;
    }
  } catch {
    // The service may be busy; the next time it answers.
  }
  window.setTimeout(look, 1000);
};
window.setTimeout(look, 700);
