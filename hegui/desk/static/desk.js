// What every page has: buttons are pressed once, files may be dropped on a file field.

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

// Long lists are narrowed by what is typed above them.
for (const field of document.querySelectorAll("input[data-filter]")) {
  const wanted = field.dataset.filter;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of document.querySelectorAll(wanted)) {
      const text = one.textContent.toLowerCase();
      one.hidden = !words.every((word) => text.includes(word));
    }
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

// A link into something folded opens it.
const unfold = () => {
  const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!found) return;
  for (let one = found; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  found.scrollIntoView({ block: "center" });
};
addEventListener("hashchange", unfold);
unfold();
