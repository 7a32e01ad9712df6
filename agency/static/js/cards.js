/* The card processor's form on our page. What is typed in it goes to the processor alone; this script passes on
   secrets that are good for one card or one payment, and says in words how it went. */
"use strict";

const COLOURS = {
  colorPrimary: "var(--accent)",
  colorBackground: "var(--surface-raised)",
  colorText: "var(--ink)",
  colorTextSecondary: "var(--ink-quiet)",
  colorDanger: "var(--critical)",
};

/* Our colours name their day and their night; the frame wants the one that holds now, in plain numbers. */
function plain(colour) {
  const probe = document.createElement("span");
  probe.style.color = colour;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/* The frame cannot see our stylesheet, so that it is told how we look. */
function appearance() {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const variables = Object.fromEntries(Object.entries(COLOURS).map(([name, colour]) => [name, plain(colour)]));
  return { theme: isDark ? "night" : "stripe", variables: { ...variables, borderRadius: "8px" } };
}

function show(form, message) {
  const place = form.querySelector("[data-card-error]");
  place.textContent = message;
  place.hidden = !message;
  if (message) place.focus();
}

function hold(form, isBusy) {
  const button = form.querySelector("[data-card-save]");
  button.disabled = isBusy;
  button.setAttribute("aria-busy", String(isBusy));
}

async function post(form, address) {
  const headers = { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" };
  const answer = await fetch(address, { method: "POST", headers, credentials: "same-origin" });
  const told = await answer.json();
  return answer.ok ? told : { error: told.error ?? told.detail ?? form.dataset.unreachable };
}

/* Who holds the card, where a form asks: the processor hands it to the bank. */
function billing(form) {
  const name = form.elements.cardholder?.value.trim();
  return name ? { payment_method_data: { billing_details: { name } } } : {};
}

/* Ask us for a secret, the processor to check the card, and leave by a plain form to the page that looks. */
async function saveCard(form, stripe, elements) {
  const checked = await elements.submit();
  if (checked.error) return checked.error.message;
  const begun = await post(form, form.dataset.setupUrl);
  if (begun.error) return begun.error;
  const result = await stripe.confirmSetup({
    elements,
    clientSecret: begun.client_secret,
    confirmParams: { return_url: new URL(begun.completion_url, location.href).href, ...billing(form) },
    redirect: "if_required",
  });
  if (result.error) return result.error.message;
  form.action = begun.completion_url;
  form.submit();
  return null;
}

function openStripe(form) {
  const { publishableKey, stripeAccount, locale } = form.dataset;
  return window.Stripe(publishableKey, stripeAccount ? { stripeAccount, locale } : { locale });
}

function prepareCardForm(form) {
  const stripe = openStripe(form);
  const elements = stripe.elements({
    mode: "setup",
    currency: form.dataset.currency,
    paymentMethodTypes: ["card"],
    locale: form.dataset.locale,
    appearance: appearance(),
  });
  const card = elements.create("payment");
  card.mount(form.querySelector("[data-card-place]"));
  card.on("ready", () => hold(form, false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => elements.update({ appearance: appearance() }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    hold(form, true);
    show(form, "");
    const refusal = await saveCard(form, stripe, elements).catch(() => form.dataset.unreachable);
    if (refusal === null) return;
    hold(form, false);
    show(form, refusal);
  });
}

/* A payment that waits for its cardholder: the bank's question, then the page that looks how it ended. */
function prepareConfirmation(form) {
  const stripe = openStripe(form);
  hold(form, false);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    hold(form, true);
    show(form, "");
    const method = { payment_method: form.dataset.paymentMethod };
    const result = await stripe
      .confirmCardPayment(form.dataset.clientSecret, method)
      .catch(() => ({ error: { message: form.dataset.unreachable } }));
    if (!result.error) {
      form.submit();
      return;
    }
    hold(form, false);
    show(form, result.error.message);
  });
}

function prepare(selector, work) {
  for (const form of document.querySelectorAll(selector)) {
    if (window.Stripe) work(form);
    else show(form, form.dataset.unreachable);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  prepare("[data-card-form]", prepareCardForm);
  prepare("[data-payment-confirmation]", prepareConfirmation);
});
