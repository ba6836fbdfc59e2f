// The menu button on a phone.

const button = document.getElementById("menu-button");
button.addEventListener("click", () => {
  const open = document.body.classList.toggle("menu-open");
  button.setAttribute("aria-expanded", String(open));
});
document.getElementById("menu-shade").addEventListener("click", () => button.click());
