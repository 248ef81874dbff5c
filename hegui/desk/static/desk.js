// What every page has: buttons are pressed once, files may be dropped on a file field, language links keep the query.

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    // After the browser has collected the fields, or the button's own value would be missing.
    setTimeout(() => form.querySelectorAll("button").forEach((one) => { one.disabled = true; }), 0);
    if (button) button.setAttribute("aria-busy", "true");
  });
}

// A page that comes back from the browser's memory (after "back") can be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[method=post] button[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
  document.querySelectorAll("form[method=post] button:disabled:not([data-off])").forEach((one) => { one.disabled = false; });
});

for (const zone of document.querySelectorAll("[data-drop]")) {
  const field = zone.querySelector("input[type=file]");
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

for (const link of document.querySelectorAll("a[hreflang]")) {
  const query = new URLSearchParams(location.search);
  query.set("lang", new URLSearchParams(link.search).get("lang"));
  link.search = query.toString();
}
