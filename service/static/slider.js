// Says beside a slider what it stands at while it is moved; without this it is sent and shown by the server all the same.

for (const output of document.querySelectorAll("output.slider-value")) {
  const slider = document.getElementById(output.htmlFor.value);
  const decimals = Number(output.dataset.decimals);
  const written = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const show = () => { output.textContent = written.format(slider.valueAsNumber); };
  slider.addEventListener("input", show);
  show();
}
