/* Lets a cardholder answer their bank in the processor's frame, then sends the form, which asks what came of it. */
(() => {
  "use strict";

  const asked = document.querySelector("[data-confirmation]");
  if (!asked || typeof Stripe === "undefined") return;
  const { secret, card, key, account } = asked.dataset;
  const stripe = Stripe(key, account ? { stripeAccount: account } : {});
  const form = asked.closest("form");
  const refused = document.querySelector("[data-confirmation-refused]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    refused.hidden = true;
    const { error } = await stripe.confirmCardPayment(secret, card ? { payment_method: card } : {});
    if (error) {
      refused.hidden = false;
      button.disabled = false;
    } else {
      form.submit();
    }
  });
})();
