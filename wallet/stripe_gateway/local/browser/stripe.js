/* The stand-in for https://js.stripe.com: window.Stripe for the demo and the tests.
   It styles only through CSSOM and runs nothing inline, so that it works under a strict policy of the page around it. */
(() => {
  "use strict";

  const base = new URL(document.currentScript.src).origin;
  const kinds = { seti: ["setup_intents", "setupIntent", "setup_intent"], pi: ["payment_intents", "paymentIntent", "payment_intent"] };

  const kindOf = (clientSecret) => kinds[clientSecret.split("_")[0]];
  const idOf = (clientSecret) => clientSecret.split("_secret_")[0];
  const languageOf = (locale) => ((!locale || locale === "auto" ? navigator.language : locale).startsWith("es") ? "es" : "en");
  const target = (place) => (typeof place === "string" ? document.querySelector(place) : place);

  const flattened = (value, name = "", pairs = []) => {
    if (value && typeof value === "object") {
      for (const [step, child] of Object.entries(value)) flattened(child, name ? `${name}[${step}]` : step, pairs);
    } else if (value !== undefined && value !== null) {
      pairs.push([name, String(value)]);
    }
    return pairs;
  };

  /* A frame from our own origin, spoken to by messages; every question gets one answer. */
  class Frame {
    constructor(path, title, onEvent) {
      this.questions = new Map();
      this.onEvent = onEvent;
      this.element = document.createElement("iframe");
      this.element.title = title;
      this.element.src = `${base}${path}#${encodeURIComponent(location.origin)}`;
      Object.assign(this.element.style, { border: "0", display: "block", width: "100%" });
      this.hear = (message) => this.receive(message);
      addEventListener("message", this.hear);
    }

    receive({ source, origin, data }) {
      if (origin !== base || source !== this.element.contentWindow) return;
      if (data.answers) {
        this.questions.get(data.answers)?.(data.result);
        this.questions.delete(data.answers);
      } else {
        this.onEvent(data);
      }
    }

    tell(action, details = {}) {
      this.element.contentWindow?.postMessage({ action, ...details }, base);
    }

    ask(action, details) {
      const question = crypto.randomUUID();
      return new Promise((resolve) => {
        this.questions.set(question, resolve);
        this.tell(action, { ...details, question });
      });
    }

    /* The frame stays see-through only while its colour scheme is that of the element around it. */
    dress(locale, appearance = {}, more = {}) {
      this.element.style.colorScheme = appearance.theme === "night" ? "dark" : "light";
      this.tell("dress", { locale, appearance, ...more });
    }

    remove() {
      removeEventListener("message", this.hear);
      this.element.remove();
    }
  }

  class Element {
    constructor(elements, type, options) {
      Object.assign(this, { elements, type, options, listeners: new Map(), ready: false });
    }

    mount(place) {
      const title = languageOf(this.elements.options.locale) === "es" ? "Formulario seguro de tarjeta" : "Secure card form";
      this.frame = new Frame("/v3/card", title, (event) => this.happen(event));
      this.frame.element.style.height = "250px";
      target(place).replaceChildren(this.frame.element);
    }

    happen(event) {
      if (event.type === "height") {
        this.frame.element.style.height = `${event.height}px`;
        return;
      }
      if (event.type === "loaded") {
        this.dress();
        return;
      }
      this.ready ||= event.type === "ready";
      for (const listener of this.listeners.get(event.type) ?? []) listener({ elementType: this.type, ...event });
    }

    dress() {
      const { locale, appearance } = this.elements.options;
      this.frame.dress(languageOf(locale), appearance);
    }

    on(type, listener) {
      this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
      if (type === "ready" && this.ready) listener({ elementType: this.type });
      return this;
    }

    off(type, listener) {
      this.listeners.set(type, (this.listeners.get(type) ?? []).filter((one) => listener && one !== listener));
      return this;
    }

    update(options) { Object.assign(this.options, options); }
    focus() { this.frame.element.focus(); this.frame.tell("focus"); }
    clear() { this.frame.tell("clear"); }
    unmount() { this.frame?.remove(); this.ready = false; }
    destroy() { this.unmount(); this.elements.forget(this); }
  }

  class Elements {
    constructor(options) {
      this.options = { ...options };
      this.made = [];
    }

    create(type, options = {}) {
      if (!["payment", "card"].includes(type)) throw new Error(`The local Stripe has no ${type} element.`);
      const element = new Element(this, type, options);
      this.made.push(element);
      return element;
    }

    getElement(type) { return this.made.find((element) => element.type === type) ?? null; }
    forget(element) { this.made = this.made.filter((one) => one !== element); }

    update(options) {
      Object.assign(this.options, options);
      for (const element of this.made) if (element.frame) element.dress();
    }

    async submit() {
      const error = await this.made[0].frame.ask("validate", {});
      return error ? { error } : { selectedPaymentMethod: "card" };
    }
  }

  /* The bank's question, in a dialog that holds the focus; Escape is a no. */
  const challenge = (clientSecret, language, appearance) =>
    new Promise((resolve) => {
      const title = language === "es" ? "Autenticación de la tarjeta" : "Card authentication";
      const dialog = document.createElement("dialog");
      const finish = () => { frame.remove(); dialog.close(); dialog.remove(); resolve(); };
      const frame = new Frame("/v3/challenge", title, (event) => {
        if (event.type === "loaded") frame.dress(language, appearance, { clientSecret });
        if (event.type === "height") frame.element.style.height = `${event.height}px`;
        if (event.type === "answered") finish();
      });
      dialog.setAttribute("aria-label", title);
      Object.assign(dialog.style, { border: "0", padding: "0", width: "min(400px, 92vw)", borderRadius: "12px", background: "transparent" });
      dialog.addEventListener("cancel", (event) => { event.preventDefault(); frame.tell("fail"); });
      dialog.append(frame.element);
      document.body.append(dialog);
      dialog.showModal();
    });

  const unauthenticated = {
    en: "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    es: "No pudimos autenticar tu método de pago. Elige otro método de pago e inténtalo de nuevo.",
  };

  class Stripe {
    constructor(key, { stripeAccount, locale } = {}) {
      Object.assign(this, { key, account: stripeAccount, locale });
    }

    elements(options = {}) { return new Elements({ locale: this.locale, ...options }); }

    confirmSetup(options) { return this.confirm(options); }
    confirmPayment(options) { return this.confirm(options); }
    confirmCardSetup(clientSecret, data) { return this.confirmCard(clientSecret, data); }
    confirmCardPayment(clientSecret, data) { return this.confirmCard(clientSecret, data); }

    confirmCard(clientSecret, { payment_method: method } = {}) {
      if (typeof method === "string") {
        return this.confirm({ clientSecret, confirmParams: { payment_method: method }, redirect: "if_required" });
      }
      const billing = { payment_method_data: { billing_details: method.billing_details ?? {} } };
      return this.confirm({ elements: method.card.elements, clientSecret, confirmParams: billing, redirect: "if_required" });
    }

    async confirm({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
      const secret = clientSecret ?? elements.options.clientSecret;
      const language = languageOf(elements?.options.locale ?? this.locale);
      const { return_url: returnUrl, ...parameters } = confirmParams;
      const request = { kind: kindOf(secret)[0], id: idOf(secret), parameters: { ...parameters, ...this.proof(secret) } };
      const answer = elements && !parameters.payment_method
        ? await elements.made[0].frame.ask("confirm", { request })
        : await this.call("POST", `/v1/${request.kind}/${request.id}/confirm`, request.parameters);
      if (answer.error) return answer;
      const result = await this.seen(answer, secret, language, elements?.options.appearance ?? {});
      if (!result.error && redirect === "always") this.leave(returnUrl, secret, result);
      return result;
    }

    async handleNextAction({ clientSecret }) {
      const answer = await this.retrieve(clientSecret);
      return answer.error ? answer : this.seen(answer, clientSecret, languageOf(this.locale), {});
    }

    async retrieveSetupIntent(clientSecret) { return this.named(await this.retrieve(clientSecret), clientSecret); }
    async retrievePaymentIntent(clientSecret) { return this.named(await this.retrieve(clientSecret), clientSecret); }

    /* Lead the cardholder through the bank's question, if there is one, and tell how the intent came out. */
    async seen(intent, clientSecret, language, appearance) {
      if (intent.status !== "requires_action") return this.named(intent, clientSecret);
      await challenge(clientSecret, language, appearance);
      const after = await this.retrieve(clientSecret);
      const error = after.last_setup_error ?? after.last_payment_error;
      if (after.status !== "requires_payment_method" || !error) return this.named(after, clientSecret);
      const message = error.code.endsWith("_authentication_failure") ? unauthenticated[language] : error.message;
      return { error: { ...error, message, [kindOf(clientSecret)[2]]: after } };
    }

    named(intent, clientSecret) { return intent.error ? intent : { [kindOf(clientSecret)[1]]: intent }; }
    proof(clientSecret) { return { key: this.key, client_secret: clientSecret, _stripe_account: this.account }; }

    retrieve(clientSecret) {
      return this.call("GET", `/v1/${kindOf(clientSecret)[0]}/${idOf(clientSecret)}`, this.proof(clientSecret));
    }

    async call(method, path, parameters) {
      const form = new URLSearchParams(flattened(parameters));
      const [address, body] = method === "GET" ? [`${path}?${form}`, undefined] : [path, form];
      try {
        return await (await fetch(base + address, { method, body })).json();
      } catch {
        return { error: { type: "api_connection_error", message: "Network error: the payment service cannot be reached." } };
      }
    }

    leave(returnUrl, clientSecret, result) {
      const [, member, name] = kindOf(clientSecret);
      const address = new URL(returnUrl, location.href);
      address.searchParams.set(name, idOf(clientSecret));
      address.searchParams.set(`${name}_client_secret`, clientSecret);
      address.searchParams.set("redirect_status", result[member].status === "succeeded" ? "succeeded" : "pending");
      location.assign(address);
    }
  }

  window.Stripe = (key, options) => new Stripe(key, options);
})();
