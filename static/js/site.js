/* What a browser may add: the vendored components, the chosen file's name, a warning before unsaved words are left. No page needs it. */
import { initAll } from "../vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
initAll();

for (const input of document.querySelectorAll(".sdg-file__input")) {
  const name = input.closest(".sdg-file").querySelector(".sdg-file__name");
  const tell = () => {
    const names = Array.from(input.files, (file) => file.name);
    name.textContent = names.length ? names.join(", ") : name.dataset.none;
  };
  input.addEventListener("change", tell);
  tell();
}

for (const info of document.querySelectorAll(".sdg-count")) {
  const area = document.getElementById(info.id.replace(/-info$/, ""));
  area.removeAttribute("maxlength"); // a pasted text is not cut off unseen: it may be too long until it is sent
  const count = () => {
    const left = Number(info.dataset.limit) - area.value.replace(/\n/g, "\r\n").length;
    info.textContent = `${left < 0 ? info.dataset.over : info.dataset.left} ${Math.abs(left).toLocaleString(document.documentElement.lang)}`;
    info.classList.toggle("sdg-count--over", left < 0);
  };
  area.addEventListener("input", count);
  count();
}

let unsaved = false;
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
}
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
