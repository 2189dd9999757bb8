const CHECKOUT = "api/checkout";
const JOURNEY = "api/journey";
const REFRESH_MS = 2000;
const ANSWER_LIMIT_MS = 30000;
const REMEMBERED = 10;
const HISTORY = 30;
const STORE = "checkouts";

const byId = (id) => document.getElementById(id);

/** An element with attributes and what is in it; text stays text. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([attribute, value]) => made.setAttribute(attribute, value));
  made.append(...children);
  return made;
}

const many = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

// The basket: how many of each item, by its number.

const basket = new Map();
let prices = new Map();

function quantityOf(item, quantity) {
  basket.set(item, quantity);
  const row = byId(`item-${item}`) ?? addRow(item);
  if (Number(row.value) !== quantity) {
    row.value = quantity;
  }
  showTotal();
}

function addRow(item) {
  const input = element("input", {
    id: `item-${item}`,
    type: "number",
    inputmode: "numeric",
    min: 0,
    max: 100,
    step: 1,
    value: basket.get(item) ?? 0,
    autocomplete: "off",
  });
  const change = (by) => {
    const quantity = Math.min(100, Math.max(0, (basket.get(item) ?? 0) + by));
    quantityOf(item, quantity);
  };
  const less = element("button", { type: "button", class: "quiet", "aria-label": `One item ${item} less` }, "−");
  const more = element("button", { type: "button", class: "quiet", "aria-label": `One item ${item} more` }, "+");
  less.addEventListener("click", () => change(-1));
  more.addEventListener("click", () => change(1));
  input.addEventListener("input", () => {
    const quantity = Math.trunc(Number(input.value));
    basket.set(item, Number.isFinite(quantity) && quantity > 0 ? Math.min(quantity, 100) : 0);
    showTotal();
  });
  input.addEventListener("change", () => quantityOf(item, basket.get(item) ?? 0));
  const price = element("span", { class: "price", id: `price-${item}` });
  byId("items").append(
    element("li", {}, element("label", { class: "name", for: input.id }, `Item ${item}`), price, less, input, more),
  );
  showPrice(item);
  return input;
}

function showPrice(item) {
  byId(`price-${item}`).textContent = prices.has(item) ? prices.get(item) : "not in the catalogue";
}

function showTotal() {
  const chosen = [...basket].filter(([, quantity]) => quantity > 0);
  const count = chosen.reduce((sum, [, quantity]) => sum + quantity, 0);
  const known = chosen.every(([item]) => prices.has(item));
  const total = chosen.reduce((sum, [item, quantity]) => sum + (prices.get(item) ?? 0) * quantity, 0);
  byId("total").textContent = known ? total : "unknown";
  byId("count").textContent = count === 0 ? "no items" : many(count, "item");
}

function showCatalogue(items) {
  byId("no-catalogue").hidden = items !== null || prices.size > 0;
  if (items === null) {
    return;
  }
  const first = prices.size === 0;
  prices = new Map(items.map(({ id, price }) => [id, price]));
  prices.forEach((price, item) => byId(`item-${item}`) ?? addRow(item));
  if (first && basket.size === 0) {
    prices.forEach((price, item) => quantityOf(item, 1));
  }
  document.querySelectorAll(".items input").forEach(({ id }) => showPrice(Number(id.replace("item-", ""))));
  showTotal();
}

byId("add").addEventListener("click", () => {
  const field = byId("other");
  const item = Number(field.value);
  if (field.value.trim() === "" || !Number.isInteger(item)) {
    field.focus();
    return;
  }
  quantityOf(item, Math.min(100, (basket.get(item) ?? 0) + 1));
  field.value = "";
  byId(`item-${item}`).focus();
});

byId("other").addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    byId("add").click();
  }
});

// A checkout and its answer.

let traceUrl = "";
let underWay = false;

byId("basket").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (underWay) {
    return;
  }
  underWay = true;
  byId("checkout").setAttribute("aria-disabled", "true");
  try {
    const outcome = await checkOut();
    showAnswer(outcome);
    remember(outcome);
  } finally {
    underWay = false;
    byId("checkout").removeAttribute("aria-disabled");
  }
  refreshNow();
});

async function checkOut() {
  const itemsID = [...basket].flatMap(([item, quantity]) => Array(quantity).fill(item));
  const ofItsOwn = prices.size === 0 && itemsID.length === 0;
  const request = ofItsOwn
    ? { method: "POST" }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ itemsID }) };
  const time = Date.now();
  const start = performance.now();
  const outcome = { time, items: ofItsOwn ? "the gateway's basket" : many(itemsID.length, "item") };
  try {
    const response = await fetch(CHECKOUT, { ...request, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    outcome.took = Math.round(performance.now() - start);
    outcome.status = response.status;
    outcome.traceId = response.headers.get("X-Trace-Id") ?? "";
    if (response.status !== 202) {
      const problem = await response.json().catch(() => ({}));
      outcome.detail = problem.detail ?? "The gateway did not say why";
      outcome.retryAfter = response.headers.get("Retry-After");
    }
  } catch (failure) {
    outcome.took = Math.round(performance.now() - start);
    outcome.status = 0;
    outcome.traceId = "";
    outcome.detail =
      failure.name === "TimeoutError" ? "The gateway did not answer in time" : "The gateway cannot be reached";
  }
  return outcome;
}

const WORDS = new Map([
  [202, "Accepted"],
  [400, "Not a basket"],
  [422, "Not in the catalogue"],
  [503, "Not possible now"],
  [504, "No answer in time"],
]);

function inWords({ status }) {
  return WORDS.get(status) ?? (status === 0 ? "No answer" : status < 500 ? "Refused" : "Failed");
}

function showAnswer(outcome) {
  const accepted = outcome.status === 202;
  const status = outcome.status === 0 ? "" : ` (${outcome.status})`;
  const lines = [
    element("p", { class: `outcome ${accepted ? "accepted" : "failed"}` }, `${inWords(outcome)}${status}`),
  ];
  if (accepted) {
    lines.push(element("p", {}, "The broker has the event; stock works on it."));
  } else {
    const again = outcome.retryAfter ? ` (after ${many(Number(outcome.retryAfter), "second")})` : "";
    lines.push(element("p", { class: "problem" }, `${outcome.detail}${again}.`));
  }
  lines.push(element("p", {}, `It took ${outcome.took} ms.`));
  if (outcome.traceId) {
    const words = accepted ? "Trace " : "To report it, give the trace: ";
    lines.push(element("p", {}, words, element("code", { id: "trace-id" }, outcome.traceId)));
    lines.push(element("p", {}, traceLink(outcome.traceId, "Open the trace")));
  }
  byId("answer").replaceChildren(...lines);
}

function traceLink(traceId, words) {
  const link = element("a", { target: "_blank", rel: "noopener noreferrer" }, words);
  if (/^https?:\/\//.test(traceUrl) && /^[0-9a-f]{32}$/.test(traceId)) {
    link.href = traceUrl + traceId;
  }
  return link;
}

// The last checkouts, as long as the tab is open.

let past = [];
try {
  past = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
} catch {
  // The browser keeps nothing for pages.
}

function remember(outcome) {
  past = [outcome, ...past].slice(0, REMEMBERED);
  try {
    sessionStorage.setItem(STORE, JSON.stringify(past));
  } catch {
    // As above.
  }
  showPast();
}

function showPast() {
  byId("no-past").hidden = past.length > 0;
  document.querySelector(".scroll").hidden = past.length === 0;
  byId("past").replaceChildren(
    ...past.map((outcome) => {
      const accepted = outcome.status === 202;
      const words = `${inWords(outcome)}${accepted || !outcome.detail ? "" : `: ${outcome.detail}`}`;
      return element(
        "tr",
        {},
        element("td", {}, new Date(outcome.time).toLocaleTimeString()),
        element("td", {}, outcome.items),
        element("td", { class: accepted ? "good" : "bad" }, words),
        element("td", { class: "number" }, `${outcome.took} ms`),
        element("td", {}, outcome.traceId ? traceLink(outcome.traceId, outcome.traceId.slice(0, 8)) : "none"),
      );
    }),
  );
}

// The journey's figures.

let last = null;
let rates = [];

function figure(service, name, value, kind = "") {
  const place = byId(service).querySelector(`[data-figure="${name}"]`);
  const known = value !== null && value !== undefined;
  place.textContent = known ? value : "unknown";
  place.className = known ? kind : "unknown";
}

// What was counted between two answers of the same gateway.
function rate(now, before, seconds, counted) {
  const difference = before === null ? NaN : counted(now) - counted(before);
  return before?.instance === now.instance && difference >= 0 && seconds > 0 ? difference / seconds : null;
}

const announced = ({ gateway }) => gateway.answered - gateway.refused - gateway.failed;

// What is in no queue any more was taken. Where a queue is not known it is not a number, and so no rate.
const taken = (journey) => announced(journey) - journey.queue?.waiting;

const setAside = ({ deadLetters }) => deadLetters?.waiting;

const perSecond = (value) => (value === null ? null : value.toFixed(value < 10 ? 1 : 0));

function showFigures(service, figures, ofSecond) {
  figure(service, "rate", perSecond(ofSecond));
  figure(service, "inFlight", figures?.inFlight);
  figure(service, "answered", figures?.answered);
  figure(service, "refused", figures?.refused);
  figure(service, "failed", figures?.failed, figures?.failed > 0 ? "bad" : "");
}

function showJourney(journey, time) {
  const seconds = last === null ? 0 : (time - last.time) / 1000;
  const before = last?.journey ?? null;
  const requests = rate(journey, before, seconds, (of) => of.gateway.answered);
  showFigures("gateway", journey.gateway, requests);
  byId("gateway").classList.remove("away");
  showFigures(
    "checkout-service",
    journey.checkout.calls,
    rate(journey, before, seconds, (of) => of.checkout.calls.answered),
  );
  const { reachable } = journey.checkout;
  figure("checkout-service", "reachable", reachable ? "yes" : "no", reachable ? "good" : "bad");
  byId("checkout-service").classList.toggle("away", !reachable);
  figure("stock", "rate", perSecond(rate(journey, before, seconds, taken)));
  const failures = rate(journey, before, seconds, setAside);
  figure("stock", "failures", perSecond(failures), failures > 0 ? "bad" : "");
  figure("stock", "waiting", journey.queue?.waiting);
  figure("stock", "consumers", journey.queue?.consumers, journey.queue?.consumers === 0 ? "bad" : "");
  figure("stock", "deadLetters", journey.deadLetters?.waiting, journey.deadLetters?.waiting > 0 ? "bad" : "");
  byId("stock").classList.toggle("away", journey.queue?.consumers === 0);
  showHistory(requests ?? 0);
  byId("age").textContent = `as of ${new Date(time).toLocaleTimeString()}`;
  last = { journey, time };
  if (traceUrl !== journey.traceUrl) {
    traceUrl = journey.traceUrl;
    showPast();
  }
  showCatalogue(journey.items);
}

function showUnknown() {
  document.querySelectorAll("[data-figure]").forEach((place) => {
    place.textContent = "unknown";
    place.className = "unknown";
  });
  byId("gateway").classList.add("away");
  byId("age").textContent = "the gateway does not answer";
  last = null;
}

function showHistory(value) {
  rates = [...rates, value].slice(-HISTORY);
  const most = Math.max(1, ...rates);
  const points = rates.map((one, index) => {
    const x = ((index + HISTORY - rates.length) / (HISTORY - 1)) * 120;
    return `${x.toFixed(1)},${(23 - (one / most) * 22).toFixed(1)}`;
  });
  byId("history").setAttribute("points", points.join(" "));
}

let timer = 0;
let asking = false;

async function refresh() {
  if (asking) {
    return;
  }
  asking = true;
  try {
    const response = await fetch(JOURNEY, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    showJourney(await response.json(), Date.now());
  } catch {
    showUnknown();
  } finally {
    asking = false;
    clearTimeout(timer);
    if (!document.hidden) {
      timer = setTimeout(refresh, REFRESH_MS);
    }
  }
}

// Soon enough to see what a checkout did.
function refreshNow() {
  clearTimeout(timer);
  timer = setTimeout(refresh, REFRESH_MS / 4);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    refresh();
  }
});

showPast();
refresh();
