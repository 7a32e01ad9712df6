/* The page of the cardholder's bank: in a dialog of the script, or by itself with a way back. */
import { dress, isFramed, obey, tell } from "./theme.js";
import { words } from "./words.js";

let language = navigator.language.startsWith("es") ? "es" : "en";
let clientSecret = new URLSearchParams(location.search).get("client_secret");

const leave = ({ id, status, return_url: returnUrl }) => {
  const address = new URL(returnUrl);
  const name = id.startsWith("seti_") ? "setup_intent" : "payment_intent";
  address.searchParams.set(name, id);
  address.searchParams.set(`${name}_client_secret`, clientSecret);
  address.searchParams.set("redirect_status", status === "requires_payment_method" ? "failed" : "succeeded");
  location.assign(address);
};

const answer = async (outcome) => {
  const body = JSON.stringify({ client_secret: clientSecret, outcome });
  try {
    const result = await (await fetch("/v3/authentications", { method: "POST", body })).json();
    if (isFramed || !result.return_url) tell({ type: "answered" });
    else leave(result);
  } catch {
    document.querySelector(".error").textContent = words[language].network;
  }
};

const speak = () => {
  const { challenge, challengeText, complete, fail } = words[language];
  document.title = challenge;
  document.querySelector("h1").textContent = challenge;
  document.getElementById("text").textContent = challengeText;
  document.getElementById("complete").textContent = complete;
  document.getElementById("fail").textContent = fail;
};

document.getElementById("complete").addEventListener("click", () => answer("succeeded"));
document.getElementById("fail").addEventListener("click", () => answer("failed"));
// A key pressed in here does not reach the dialog around the frame.
addEventListener("keydown", ({ key }) => { if (key === "Escape") answer("failed"); });
speak();

obey({
  dress: (wish) => {
    dress(wish);
    ({ locale: language, clientSecret } = wish);
    speak();
    document.getElementById("complete").focus();
  },
  fail: () => answer("failed"),
});
