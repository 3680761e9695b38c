// The eye beside the password. Without this script there is none, and the form works all the same.
"use strict";

for (const eye of document.querySelectorAll(".eye")) {
  const field = document.getElementById(eye.getAttribute("aria-controls"));

  const show = (visible) => {
    field.type = visible ? "text" : "password";
    eye.setAttribute("aria-pressed", String(visible));
  };

  eye.addEventListener("mousedown", (event) => event.preventDefault()); // whoever is typing goes on typing
  eye.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false)); // no browser should offer it later as a word once typed
  eye.hidden = false;
}
