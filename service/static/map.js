// The map of all actors: draws the columns of /map/data.json with ECharts on one canvas; everything that the picture
// does by pointer, the buttons, the arrow keys, the search field and the list below it do as well.

const root = document.getElementById("map");
if (root) start(root);

async function start(root) {
  const state = document.getElementById("map-state");
  state.textContent = root.dataset.loading;
  try {
    const response = await fetch(root.dataset.source);
    if (!response.ok) throw new Error(`status ${response.status}`);
    draw(root, await response.json());
    state.hidden = true;
  } catch (error) {
    state.textContent = root.dataset.failed;
    console.warn("map:", error);
  }
}

const GRID = 10000;
const COLOURED = 12;
const LARGE = 4000;

function draw(root, data) {
  const canvas = document.getElementById("canvas");
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  const view = {
    chart, canvas, data, root,
    colour: "groups",
    hidden: { groups: new Set(), sub_clusters: new Set() },
    found: focusOf(root, data),
    window: { x: [0, 100], y: [0, 100] },
  };
  view.dimmed = view.found.length > 0;
  const asked = remembered(view);
  paint(view);
  if (asked.window) move(view, ...asked.window);
  else if (view.found.length) frame(view, view.found);
  listen(view);
  if (asked.find) search(view, asked.find);
  view.ready = true;
  root.dataset.ready = "true";
  root.dataset.points = data.ids.length;
}

// What the address says of zoom, colour, groups left out and the text looked for, so that a link leads back to all of it.
function remembered(view) {
  const asked = new URLSearchParams(location.search);
  for (const [legend, name] of [["groups", "without"], ["sub_clusters", "without_parts"]]) {
    for (const number of (asked.get(name) ?? "").split(".").filter((each) => /^\d+$/.test(each))) {
      view.hidden[legend].add(Number(number));
      view.root.querySelector(`[data-legend="${legend}"] [data-category="${number}"]`)?.setAttribute("aria-pressed", "false");
    }
  }
  const find = asked.get("find") ?? "";
  if (find) document.getElementById("find").value = find;
  const ends = (asked.get("view") ?? "").split("_").map(Number);
  const sound = ends.length === 4 && ends.every((each) => each >= 0 && each <= 100) && ends[0] < ends[1] && ends[2] < ends[3];
  return { find, window: sound ? [[ends[0], ends[1]], [ends[2], ends[3]]] : null };
}

// Writes what is seen into the address and into the link below, without a new entry in the history.
function remember(view) {
  if (!view.ready) return;
  const state = {
    colour: view.colour === "groups" ? "" : view.colour,
    without: [...view.hidden.groups].sort((a, b) => a - b).join("."),
    without_parts: [...view.hidden.sub_clusters].sort((a, b) => a - b).join("."),
    find: document.getElementById("find").value.trim(),
    view: [...view.window.x, ...view.window.y].map((each) => Math.round(each * 100) / 100).join("_"),
  };
  if (state.view === "0_100_0_100") state.view = "";
  const written = (address) => {
    for (const [name, value] of Object.entries(state)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    return address.href;
  };
  history.replaceState(null, "", written(new URL(location.href)));
  const link = document.getElementById("view-link");
  if (link) link.value = written(new URL(link.value));
}

// What the address asks to see: the members of a sub-cluster, or one actor.
function focusOf(root, data) {
  const row = root.dataset.actor ? data.ids.indexOf(root.dataset.actor) : -1;
  return row >= 0 ? [row] : data.focus;
}

function colours(view) {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(name).trim();
  const groups = ["company", "supplier", "service_provider", "knowledge_institution", "public_body", "other"];
  return {
    groups: groups.map((group) => named(`--${group}`)),
    sub_clusters: [...Array(view.coloured ?? COLOURED).keys()].map((hue) => named(`--hue-${hue}`)),
    none: named("--hue-none"),
    ink: named("--ink"),
    ground: named("--raised"),
    quiet: named("--quiet"),
    accent: named("--accent"),
  };
}

function categories(view) {
  const { groups, sub_clusters, sub_cluster_names } = view.data;
  if (view.colour === "groups") return { of: (row) => groups[row], size: 6 };
  const coloured = Math.min(COLOURED, sub_cluster_names.length);
  return {
    of: (row) => (sub_clusters[row] >= 0 && sub_clusters[row] < coloured ? sub_clusters[row] : coloured),
    size: coloured + 1,
  };
}

// The part of the plane that fills the frame at no zoom, with the same scale on both axes.
function plane(view) {
  const { x, y } = view.data;
  const highX = x.reduce((most, value) => Math.max(most, value), 1);
  const highY = y.reduce((most, value) => Math.max(most, value), 1);
  const ratio = view.canvas.clientWidth / Math.max(view.canvas.clientHeight, 1);
  const margin = GRID * 0.06;
  let width = highX + 2 * margin;
  let height = highY + 2 * margin;
  if (width / height < ratio) width = height * ratio;
  else height = width / ratio;
  return {
    x: [highX / 2 - width / 2, highX / 2 + width / 2],
    y: [highY / 2 - height / 2, highY / 2 + height / 2],
  };
}

function zoomFactor(view) {
  return 100 / Math.max(view.window.x[1] - view.window.x[0], 0.01);
}

function symbolSize(view) {
  const base = Math.min(11, Math.max(3, 160 / Math.sqrt(view.data.ids.length)));
  return Math.min(16, base * Math.sqrt(Math.sqrt(zoomFactor(view))));
}

function paint(view) {
  view.plane = plane(view);
  const axis = { type: "value", show: false };
  const zoom = { type: "inside", filterMode: "none", throttle: 30, minSpan: 0.5 };
  view.chart.setOption(
    {
      animation: false,
      aria: { enabled: false },
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: { ...axis, min: view.plane.x[0], max: view.plane.x[1] },
      yAxis: { ...axis, min: view.plane.y[0], max: view.plane.y[1] },
      dataZoom: [
        { ...zoom, id: "x", xAxisIndex: 0, start: view.window.x[0], end: view.window.x[1] },
        { ...zoom, id: "y", yAxisIndex: 0, start: view.window.y[0], end: view.window.y[1] },
      ],
      series: series(view),
    },
    { replaceMerge: ["series"] },
  );
}

function series(view) {
  const { data } = view;
  const palette = colours(view);
  const category = categories(view);
  const rows = Array.from({ length: category.size }, () => []);
  for (let row = 0; row < data.ids.length; row += 1) rows[category.of(row)].push(row);
  view.rows = rows;
  const size = symbolSize(view);
  const points = rows.map((members, index) => ({
    id: `points-${index}`,
    type: "scatter",
    silent: false,
    large: members.length > LARGE,
    progressive: 0,
    symbolSize: size,
    data: view.hidden[view.colour].has(index) ? [] : members.map((row) => [data.x[row], data.y[row]]),
    itemStyle: {
      color: palette[view.colour][index] ?? palette.none,
      opacity: view.dimmed ? 0.16 : data.ids.length > 5000 ? 0.7 : 0.85,
      borderColor: palette.ground,
      borderWidth: members.length > LARGE ? 0 : 0.6,
    },
    emphasis: { disabled: true },
  }));
  return [...points, foundSeries(view, palette, category, size), labelSeries(view, palette)];
}

// The rows that a search or the address points out, drawn once more on top.
function foundSeries(view, palette, category, size) {
  return {
    id: "found",
    type: "scatter",
    symbolSize: Math.max(8, size * 1.35),
    z: 4,
    data: view.found.map((row) => ({
      value: [view.data.x[row], view.data.y[row]],
      itemStyle: { color: palette[view.colour][category.of(row)] ?? palette.none },
    })),
    itemStyle: { borderColor: palette.ink, borderWidth: 1.6 },
    emphasis: { disabled: true },
  };
}

function labelSeries(view, palette) {
  return {
    id: "labels",
    type: "scatter",
    symbolSize: 1,
    z: 6,
    silent: false,
    itemStyle: { color: "transparent", opacity: 1 },
    label: {
      show: true,
      position: "inside",
      formatter: (item) => item.data.text,
      color: palette.ink,
      fontFamily: getComputedStyle(document.body).fontFamily,
      textBorderColor: palette.ground,
      textBorderWidth: 4,
    },
    data: readableLabels(view),
    emphasis: { disabled: true },
  };
}

// Labels that fit: largest first, no two on top of each other; specialisations once there is room for them.
function readableLabels(view) {
  const { canvas, data } = view;
  const close = zoomFactor(view) >= 2.2;
  const taken = [];
  const kept = [];
  for (const label of data.labels) {
    if (label.inside && !close) continue;
    const [left, top] = place(view, label.x, label.y);
    if (left < 0 || top < 0 || left > canvas.clientWidth || top > canvas.clientHeight) continue;
    const text = wrapped(capital(label.text), label.inside ? 26 : 22);
    const fontSize = label.inside ? 12 : 13.5;
    const width = Math.max(...text.map((line) => line.length)) * fontSize * 0.55 + 10;
    const height = text.length * fontSize * 1.25 + 6;
    const shift = Math.max(0, 4 + width / 2 - left) - Math.max(0, left + width / 2 + 4 - canvas.clientWidth);
    const box = [left + shift - width / 2, top - height / 2, left + shift + width / 2, top + height / 2];
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    kept.push({
      value: [label.x, label.y],
      text: text.join("\n"),
      id: label.id,
      label: { fontSize, offset: [shift, 0], lineHeight: fontSize * 1.25, fontWeight: label.inside ? 500 : 650 },
    });
  }
  return kept;
}

function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    if (lines[last] && lines[last].length + word.length >= width) lines.push(word);
    else lines[last] = lines[last] ? `${lines[last]} ${word}` : word;
  }
  return lines;
}

// Where a point of the plane is in the frame, in pixels, at the zoom that is about to be drawn.
function place(view, x, y) {
  const part = (value, range, [start, end]) =>
    ((100 * (value - range[0])) / (range[1] - range[0]) - start) / Math.max(end - start, 0.001);
  return [
    part(x, view.plane.x, view.window.x) * view.canvas.clientWidth,
    (1 - part(y, view.plane.y, view.window.y)) * view.canvas.clientHeight,
  ];
}

function listen(view) {
  const { chart } = view;
  chart.on("datazoom", () => {
    const [x, y] = chart.getOption().dataZoom;
    view.window = { x: [x.start, x.end], y: [y.start, y.end] };
    later(view);
    soon(view);
  });
  chart.on("mouseover", (event) => hover(view, event));
  chart.on("mouseout", () => hideCard(view));
  chart.on("click", (event) => choose(view, event));
  chart.getZr().on("click", (event) => { if (!event.target) hideCard(view, true); });
  new ResizeObserver(() => { chart.resize(); paint(view); }).observe(view.canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint(view));
  listenToTools(view);
  listenToKeys(view);
}

// A zoom by wheel is many small ones; browsers refuse to write the address as often as that.
function soon(view) {
  clearTimeout(view.writing);
  view.writing = setTimeout(() => remember(view), 250);
}

// After a zoom, sizes and labels follow in the next frame; the points themselves stay as they are.
function later(view) {
  if (view.waiting) return;
  view.waiting = true;
  requestAnimationFrame(() => {
    view.waiting = false;
    const size = symbolSize(view);
    const palette = colours(view);
    view.chart.setOption({
      series: [
        ...view.rows.map((_, index) => ({ id: `points-${index}`, symbolSize: size })),
        { id: "found", symbolSize: Math.max(8, size * 1.35) },
        { ...labelSeries(view, palette) },
      ],
    });
  });
}

function rowOf(view, event) {
  if (event.seriesId === "found") return view.found[event.dataIndex];
  if (event.seriesId?.startsWith("points-")) return view.rows[Number(event.seriesId.slice(7))][event.dataIndex];
  return undefined;
}

function hover(view, event) {
  const row = rowOf(view, event);
  view.canvas.style.cursor = "pointer";
  if (row !== undefined && !view.chosen) showCard(view, row);
}

function choose(view, event) {
  if (event.seriesId === "labels") {
    // Of an earlier build the names lead to its own sub-clusters.
    const { build } = view.root.dataset;
    location.assign(`/sub-clusters/${encodeURIComponent(event.data.id)}${build ? `?build=${encodeURIComponent(build)}` : ""}`);
    return;
  }
  const row = rowOf(view, event);
  if (row === undefined) return;
  // A finger hides what it points at, so the first tap says who it is and offers the link.
  if (event.event?.event?.zrByTouch) {
    view.chosen = true;
    showCard(view, row);
  } else {
    location.assign(address(view, row));
  }
}

function address(view, row) {
  return `/actors/${encodeURIComponent(view.data.ids[row])}`;
}

function showCard(view, row) {
  const { data, canvas } = view;
  const card = document.getElementById("card");
  const group = document.querySelectorAll('[data-legend="groups"] .legend-name')[data.groups[row]].textContent;
  const sub = data.sub_clusters[row] >= 0 ? data.sub_cluster_names[data.sub_clusters[row]] : view.root.dataset.noSubCluster;
  card.querySelector(".map-card-name").textContent = data.names[row];
  card.querySelector(".map-card-facts").textContent = `${group} · ${sub}`;
  card.querySelector(".map-card-link").href = address(view, row);
  card.classList.toggle("chosen", Boolean(view.chosen));
  card.hidden = false;
  const [left, top] = place(view, data.x[row], data.y[row]);
  const right = left > canvas.clientWidth / 2 ? left - card.offsetWidth - 14 : left + 14;
  const down = top > canvas.clientHeight / 2 ? top - card.offsetHeight - 10 : top + 10;
  const within = (value, most) => Math.max(4, Math.min(value, most - 4));
  card.style.transform = `translate(${within(right, canvas.clientWidth - card.offsetWidth)}px, ${within(down, canvas.clientHeight - card.offsetHeight)}px)`;
}

function hideCard(view, always = false) {
  view.canvas.style.cursor = "";
  if (view.chosen && !always) return;
  view.chosen = false;
  document.getElementById("card").hidden = true;
}

function move(view, x, y) {
  const inside = ([start, end]) => {
    const span = Math.min(end - start, 100);
    const low = Math.max(0, Math.min(start, 100 - span));
    return [low, low + span];
  };
  view.window = { x: inside(x), y: inside(y) };
  hideCard(view, true);
  view.chart.dispatchAction({
    type: "dataZoom",
    batch: [
      { dataZoomId: "x", start: view.window.x[0], end: view.window.x[1] },
      { dataZoomId: "y", start: view.window.y[0], end: view.window.y[1] },
    ],
  });
}

function zoomBy(view, factor) {
  const scaled = ([start, end]) => {
    const middle = (start + end) / 2;
    const half = Math.min(50, Math.max(0.25, ((end - start) / 2) * factor));
    return [middle - half, middle + half];
  };
  move(view, scaled(view.window.x), scaled(view.window.y));
}

function pan(view, across, up) {
  const shifted = ([start, end], share) => [start + share * (end - start), end + share * (end - start)];
  move(view, shifted(view.window.x, across), shifted(view.window.y, up));
}

// Zoom so that the given rows fill the frame.
function frame(view, rows) {
  const share = (value, range) => (100 * (value - range[0])) / (range[1] - range[0]);
  const xs = rows.map((row) => share(view.data.x[row], view.plane.x)).sort((a, b) => a - b);
  const ys = rows.map((row) => share(view.data.y[row], view.plane.y)).sort((a, b) => a - b);
  const low = Math.floor(rows.length * 0.03);
  const high = rows.length - 1 - low;
  const half = Math.min(50, Math.max(8, 0.75 * Math.max(xs[high] - xs[low], ys[high] - ys[low])));
  const middle = (values) => (values[low] + values[high]) / 2;
  move(view, [middle(xs) - half, middle(xs) + half], [middle(ys) - half, middle(ys) + half]);
}

function listenToKeys(view) {
  const keys = {
    ArrowLeft: () => pan(view, -0.15, 0),
    ArrowRight: () => pan(view, 0.15, 0),
    ArrowUp: () => pan(view, 0, 0.15),
    ArrowDown: () => pan(view, 0, -0.15),
    "+": () => zoomBy(view, 0.7),
    "=": () => zoomBy(view, 0.7),
    "-": () => zoomBy(view, 1 / 0.7),
    0: () => move(view, [0, 100], [0, 100]),
  };
  view.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

function listenToTools(view) {
  const { root } = view;
  const zooms = { in: () => zoomBy(view, 0.6), out: () => zoomBy(view, 1 / 0.6), all: () => move(view, [0, 100], [0, 100]) };
  for (const button of root.querySelectorAll("[data-zoom]")) button.addEventListener("click", zooms[button.dataset.zoom]);
  for (const choice of root.querySelectorAll('input[name="colour"]')) {
    if (choice.checked) view.colour = choice.value;
    choice.addEventListener("change", () => recolour(view, choice.value));
  }
  recolour(view, view.colour);
  for (const button of root.querySelectorAll("[data-category]")) {
    button.addEventListener("click", () => toggle(view, button));
  }
  const find = document.getElementById("find");
  find.addEventListener("input", () => search(view, find.value));
  const list = document.getElementById("found-list");
  const close = () => { list.hidden = true; };
  find.parentElement.addEventListener("focusout", (event) => { if (!find.parentElement.contains(event.relatedTarget)) close(); });
  find.parentElement.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); find.focus(); } });
  find.addEventListener("focus", () => { list.hidden = list.childElementCount === 0; });
}

function recolour(view, colour) {
  view.colour = colour;
  for (const legend of view.root.querySelectorAll("[data-legend]")) legend.hidden = legend.dataset.legend !== colour;
  paint(view);
  soon(view);
}

function toggle(view, button) {
  const hidden = view.hidden[button.closest("[data-legend]").dataset.legend];
  const category = Number(button.dataset.category);
  if (!hidden.delete(category)) hidden.add(category);
  button.setAttribute("aria-pressed", String(!hidden.has(category)));
  paint(view);
  soon(view);
}

const LINKS_SHOWN = 8;

function search(view, text) {
  const wanted = text.trim().toLocaleLowerCase();
  const { names } = view.data;
  view.found = wanted.length < 2 ? focusOf(view.root, view.data) : [];
  if (wanted.length >= 2) {
    for (let row = 0; row < names.length; row += 1) {
      if (names[row].toLocaleLowerCase().includes(wanted)) view.found.push(row);
    }
  }
  view.dimmed = view.found.length > 0;
  const found = document.getElementById("found");
  const list = document.getElementById("found-list");
  found.textContent = wanted.length < 2 ? "" : view.found.length === 0
    ? view.root.dataset.foundNone
    : view.root.dataset.found.replace("{number}", view.found.length.toLocaleString(view.root.dataset.language));
  list.replaceChildren(...(wanted.length < 2 ? [] : view.found.slice(0, LINKS_SHOWN).map((row) => link(view, row))));
  list.hidden = list.childElementCount === 0;
  paint(view);
  soon(view);
}

function link(view, row) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = address(view, row);
  anchor.textContent = view.data.names[row];
  item.append(anchor);
  return item;
}
