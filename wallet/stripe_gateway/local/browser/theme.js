/* The look that the page around the frame asks for, and the messages between the two. */
const properties = {
  colorPrimary: "--primary", colorBackground: "--background", colorText: "--text", colorTextSecondary: "--muted",
  colorTextPlaceholder: "--placeholder", colorDanger: "--danger", colorBorder: "--border", fontFamily: "--font",
  fontSizeBase: "--size", borderRadius: "--radius", spacingUnit: "--unit",
};
const parentOrigin = decodeURIComponent(location.hash.slice(1));

export const isFramed = window.parent !== window;

export const dress = ({ locale, appearance = {} }) => {
  const { dataset, style } = document.documentElement;
  document.documentElement.lang = locale;
  dataset.theme = appearance.theme === "night" ? "night" : "light";
  for (const [variable, property] of Object.entries(properties)) {
    const value = appearance.variables?.[variable];
    if (value) style.setProperty(property, value);
    else style.removeProperty(property);
  }
};

export const tell = (message) => {
  if (isFramed) parent.postMessage(message, parentOrigin);
};

/* Nested parameters as Stripe's form encoding writes them: [["card[cvc]", "123"], ...]. */
export const flattened = (value, name = "", pairs = []) => {
  if (value && typeof value === "object") {
    for (const [step, child] of Object.entries(value)) flattened(child, name ? `${name}[${step}]` : step, pairs);
  } else if (value !== undefined && value !== null) {
    pairs.push([name, String(value)]);
  }
  return pairs;
};

/* Each action gets the message's details; what it returns answers the question, when one was asked. */
export const obey = (actions) => {
  addEventListener("message", async ({ source, origin, data }) => {
    if (source !== parent || origin !== parentOrigin || !actions[data.action]) return;
    const result = await actions[data.action](data);
    if (data.question) tell({ answers: data.question, result: result ?? null });
  });
  new ResizeObserver(() => tell({ type: "height", height: document.body.scrollHeight })).observe(document.body);
  tell({ type: "loaded" });
};
