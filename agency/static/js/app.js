/* What pages gain with a script: modal dialogs, copying, dismissing, guarding against a double press.
   Everything here is an addition; each page also works without it. */
"use strict";

const TOAST_LIFE_MS = 8000;
const COPIED_LIFE_MS = 2000;

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  dialog.removeAttribute("open");
  dialog.showModal();
  return true;
}

function showWaitingDialogs(root) {
  const refused = root.querySelector("dialog[data-open]");
  if (refused) openDialog(refused.id);
  else if (root === document && location.hash) openDialog(location.hash.slice(1));
  root.querySelector("[data-focus]")?.focus();
}

function onDialogClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener && openDialog(opener.dataset.dialogOpen)) {
    event.preventDefault();
    opener.closest("details")?.removeAttribute("open");
    return;
  }
  const dialog = event.target.closest("dialog");
  // A click on the backdrop reaches the dialog itself, never what is inside it.
  if (dialog && (event.target === dialog || event.target.closest("[data-dialog-close]"))) {
    if (event.target === dialog && insideBox(dialog, event)) return;
    event.preventDefault();
    dialog.close();
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  }
}

function insideBox(element, event) {
  const box = element.getBoundingClientRect();
  return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
}

function closeMenuByKey(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
}

async function onCopyClick(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  announce(button.dataset.copied);
  button.dataset.done = "";
  setTimeout(() => delete button.dataset.done, COPIED_LIFE_MS);
}

function onPrintClick(event) {
  if (event.target.closest("[data-print]")) window.print();
}

function announce(text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = "";
  const words = document.createElement("p");
  words.className = "toast-text";
  words.textContent = text;
  toast.append(words);
  document.getElementById("toasts").append(toast);
  expire(toast);
}

/* Errors stay until they are dismissed; so does whatever one is reading or has tabbed into. */
function expire(toast) {
  if (toast.getAttribute("role") === "alert") return;
  setTimeout(() => (toast.matches(":hover, :focus-within") ? expire(toast) : toast.remove()), TOAST_LIFE_MS);
}

function onToastClick(event) {
  if (event.target.closest("[data-toast-dismiss]")) event.target.closest("[data-toast]").remove();
}

function guardSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.submitted !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.submitted = "";
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  button?.setAttribute("data-busy", "");
}

function release(form) {
  delete form.dataset.submitted;
  for (const button of form.querySelectorAll("[data-busy]")) button.removeAttribute("data-busy");
}

/* Coming back by the browser's button shows the page as it was left: its forms must work again. */
function releaseAll() {
  document.querySelectorAll("form[data-submitted]").forEach(release);
}

function onPrintClick(event) {
  if (!event.target.closest("[data-print]")) return;
  event.preventDefault();
  window.print();
}

function onColorInput(event) {
  const pair = event.target.closest("[data-color]");
  if (!pair) return;
  const [picker, text] = pair.querySelectorAll("input");
  if (event.target === picker) text.value = picker.value;
  else if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value;
}

/* Filters without an htmx target still answer at once, by loading their page. */
function onFilterChange(event) {
  const form = event.target.closest("form[data-filter-live]:not([hx-get])");
  if (form && !event.target.matches("[type=search]")) form.requestSubmit();
}

/* On a narrow page the tabs scroll sideways: the one that is open is not to be out of sight. */
function showCurrentTab() {
  const tab = document.querySelector(".tabs [aria-current]");
  if (!tab) return;
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

function signRequest(event) {
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
}

document.addEventListener("click", onDialogClick);
document.addEventListener("click", closeMenus);
document.addEventListener("click", onCopyClick);
document.addEventListener("click", onPrintClick);
document.addEventListener("click", onToastClick);
document.addEventListener("keydown", closeMenuByKey);
document.addEventListener("submit", guardSubmit);
document.addEventListener("input", onColorInput);
document.addEventListener("change", onFilterChange);
document.addEventListener("htmx:configRequest", signRequest);
document.addEventListener("htmx:afterRequest", releaseAll);
document.addEventListener("htmx:load", (event) => showWaitingDialogs(event.target));
window.addEventListener("pageshow", releaseAll);
document.querySelectorAll("[data-toast]").forEach(expire);
showWaitingDialogs(document);
showCurrentTab();
