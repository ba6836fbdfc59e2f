// Draws the app's title, its back link and its actions above the frame.

function drawButton(action, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  if (action.variant === "primary") button.classList.add("primary");
  if (action.tone === "critical") button.classList.add("critical");
  button.disabled = action.disabled || action.loading;
  button.textContent = action.label;
  if (action.loading) button.setAttribute("aria-busy", "true");
  button.addEventListener("click", () => press(action.index));
  return button;
}

function drawGroup(label, actions, press) {
  const details = document.createElement("details");
  details.className = "action-group";
  const summary = document.createElement("summary");
  summary.className = "button";
  summary.textContent = label;
  const list = document.createElement("div");
  list.append(...actions.map((action) => drawButton(action, press)));
  list.addEventListener("click", () => details.removeAttribute("open"));
  details.append(summary, list);
  return details;
}

export function connectTitleBar(channel, appName) {
  const bar = document.getElementById("title-bar");
  const heading = document.getElementById("title");
  const back = document.getElementById("title-back");
  const row = document.getElementById("title-actions");
  const shopTitle = document.title;
  let backIndex = null;

  const press = (index) => channel.send("title-bar:click", { index });
  back.addEventListener("click", () => backIndex !== null && press(backIndex));

  channel.on("title-bar", ({ title, actions }) => {
    const crumb = actions.find(({ variant }) => variant === "breadcrumb");
    backIndex = crumb?.index ?? null;
    back.hidden = !crumb;
    if (crumb) back.setAttribute("aria-label", crumb.label || "Back");
    heading.textContent = title || appName;
    bar.classList.toggle("named", Boolean(title));
    document.title = title ? `${title} · ${appName} · ${shopTitle}` : `${appName} · ${shopTitle}`;

    const rest = actions.filter((action) => action !== crumb);
    const groups = Map.groupBy(
      rest.filter(({ group }) => group),
      ({ group }) => group,
    );
    const plain = rest.filter(({ group }) => !group);
    plain.sort((a, b) => Number(a.variant === "primary") - Number(b.variant === "primary"));
    row.replaceChildren(
      ...[...groups].map(([label, grouped]) => drawGroup(label, grouped, press)),
      ...plain.map((action) => drawButton(action, press)),
    );
  });
}
