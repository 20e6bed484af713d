// Works through a list of pairs by keyboard while the focus is in it; without this every button works all the same.

const form = document.querySelector("form[data-working]");
if (form) {
  const rows = [...form.querySelectorAll("tbody tr")];
  const boxes = rows.map((row) => row.querySelector('input[name="row"]'));
  const all = form.querySelector("[data-all]");

  const rowOf = (element) => rows.indexOf(element.closest("tbody tr"));
  const typing = (element) => element.closest('textarea, select, input:not([type="checkbox"])') !== null;

  function goTo(number) {
    const row = rows[Math.max(0, Math.min(rows.length - 1, number))];
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function press(row, key) {
    const control = (row ?? document).querySelector(`[data-key="${key}"]`);
    if (!control) return false;
    control.click();
    if (key === "o") control.closest("details").querySelector("textarea").focus();
    return true;
  }

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const here = rowOf(event.target);
    if (typing(event.target)) {
      if (event.key === "Escape" && here >= 0) {
        event.target.closest("details").open = false;
        goTo(here);
      }
      return;
    }
    const row = rows[here];
    let handled = true;
    if (event.key === "j" || event.key === "ArrowDown") goTo(here + 1);
    else if (event.key === "k" || event.key === "ArrowUp") goTo(here < 0 ? 0 : here - 1);
    else if (event.key === "x" && row) boxes[here].click();
    else if (event.key === "e" && row) {
      const why = row.querySelector("details.why");
      if (why) why.open = !why.open;
    } else if (event.key === "u") handled = press(null, "u");
    else if ("phnmo".includes(event.key) && row) handled = press(row, event.key);
    else handled = false;
    if (handled) event.preventDefault();
  });

  // j anywhere on the page that takes no text leads into the list.
  document.addEventListener("keydown", (event) => {
    const free = event.target === document.body || event.target.id === "content";
    if (free && event.key === "j" && !event.ctrlKey && !event.altKey && !event.metaKey) goTo(0);
  });

  if (all) {
    const tell = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
    boxes.forEach((box) => box.addEventListener("change", tell));
    tell();
  }

  // After a decision the list goes on where it was.
  const anchor = location.hash.match(/^#row-(\d+)$/);
  if (anchor && rows.length) goTo(Number(anchor[1]));
}
