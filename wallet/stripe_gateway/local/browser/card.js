/* The card form inside the frame: the details typed here go to this origin and nowhere else. */
import { dress, flattened, obey, tell } from "./theme.js";
import { translated, words } from "./words.js";

const form = document.querySelector("form");
const { number, expiry, cvc, postcode } = form.elements;
let language = "en";

const digits = (field) => field.value.replace(/\D/g, "");
const isAmex = () => /^3[47]/.test(digits(number));
const brand = () => {
  const start = digits(number);
  if (isAmex()) return "amex";
  if (/^(5[1-5]|2[2-7])/.test(start)) return "mastercard";
  return start.startsWith("4") ? "visa" : "unknown";
};

const hasRightCheckDigit = (text) => {
  const sum = [...text].reverse().reduce((total, digit, place) => {
    const weighed = Number(digit) * (place % 2 ? 2 : 1);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
};

const expiryParts = () => {
  const text = digits(expiry);
  return { month: Number(text.slice(0, 2)), year: 2000 + Number(text.slice(2)) };
};

/* The fault of each field by its name in the words, or null. */
const checks = {
  number: () => {
    if (digits(number).length < (isAmex() ? 15 : 14)) return "incomplete_number";
    return hasRightCheckDigit(digits(number)) ? null : "invalid_number";
  },
  expiry: () => {
    const { month, year } = expiryParts();
    if (digits(expiry).length < 4 || month < 1 || month > 12) return "incomplete_expiry";
    return new Date(year, month) > new Date() ? null : "invalid_expiry";
  },
  cvc: () => (digits(cvc).length < (isAmex() ? 4 : 3) ? "incomplete_cvc" : null),
};

const faults = () => Object.keys(checks).map((name) => [name, checks[name]()]).filter(([, fault]) => fault);

const show = (name, fault) => {
  form.elements[name].setAttribute("aria-invalid", String(Boolean(fault)));
  document.getElementById(`${name}-error`).textContent = fault ? words[language][fault] : "";
};

const validate = () => {
  const found = faults();
  for (const name of Object.keys(checks)) show(name, Object.fromEntries(found)[name]);
  if (!found.length) return null;
  const [name, code] = found[0];
  form.elements[name].focus();
  return { type: "validation_error", code, message: words[language][code] };
};

const grouped = {
  number: (text) => (isAmex() ? text.replace(/^(.{4})(.{1,6})?(.{1,5})?.*/, "$1 $2 $3") : text.slice(0, 19).replace(/(.{4})(?=.)/g, "$1 ")).trim(),
  expiry: (text) => {
    const padded = /^[2-9]/.test(text) ? `0${text}` : text;
    return padded.length > 2 ? `${padded.slice(0, 2)} / ${padded.slice(2, 4)}` : padded;
  },
  cvc: (text) => text.slice(0, isAmex() ? 4 : 3),
};

const reformat = (field) => {
  const atEnd = field.selectionStart === field.value.length;
  if (atEnd && grouped[field.name]) field.value = grouped[field.name](digits(field));
};

const changed = () => {
  const empty = [number, expiry, cvc].every((field) => !field.value);
  tell({ type: "change", complete: !faults().length, empty, brand: brand(), value: { type: "card" } });
};

const details = (given = {}) => {
  const { month, year } = expiryParts();
  const billing = given.billing_details ?? {};
  const address = { ...billing.address, ...(postcode.value && { postal_code: postcode.value }) };
  return {
    ...given,
    type: "card",
    billing_details: { ...billing, ...(Object.keys(address).length && { address }) },
    card: { number: digits(number), exp_month: month, exp_year: year, cvc: digits(cvc) },
  };
};

const confirm = async ({ request }) => {
  const error = validate();
  if (error) return { error };
  const { payment_method_data: given, ...parameters } = request.parameters;
  const body = new URLSearchParams(flattened({ ...parameters, payment_method_data: details(given) }));
  try {
    const answer = await (await fetch(`/v1/${request.kind}/${request.id}/confirm`, { method: "POST", body })).json();
    return answer.error ? { error: translated(answer.error, language) } : answer;
  } catch {
    return { error: { type: "api_connection_error", message: words[language].network } };
  }
};

const dressed = (wish) => {
  dress(wish);
  language = wish.locale;
  for (const label of document.querySelectorAll("label")) label.textContent = words[language][label.htmlFor];
  expiry.placeholder = words[language].expiryHint;
  tell({ type: "ready" });
};

form.addEventListener("input", ({ target }) => {
  reformat(target);
  if (checks[target.name]) show(target.name, null);
  changed();
});
form.addEventListener("focusout", ({ target }) => {
  if (checks[target.name] && target.value) show(target.name, checks[target.name]());
  tell({ type: "blur" });
});
form.addEventListener("focusin", () => tell({ type: "focus" }));
form.addEventListener("submit", (event) => event.preventDefault());

obey({
  dress: dressed,
  focus: () => number.focus(),
  clear: () => { form.reset(); changed(); },
  validate,
  confirm,
});
