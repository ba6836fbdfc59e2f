// The admin page that frames the app: what App Bridge does outside the frame.

import { openChannel } from "./channel.js";
import { pickResources } from "./dialog.js";
import { connectFeedback } from "./feedback.js";
import { connectNavigation } from "./navigation.js";
import { connectSaveBar } from "./save-bar.js";
import { connectTitleBar } from "./title-bar.js";

const frame = document.querySelector("iframe[name=app-iframe]");
const { source, origin, root, appName } = frame.dataset;
const progress = document.getElementById("progress");
const silent = document.getElementById("app-silent");

async function readInternal(name, body) {
  const init = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(`/admin/internal/${name}`, init);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const answers = {
  "id-token": async () => (await readInternal("id-token")).token,
  "leave-confirmation": () => save.confirmLeave(),
  "resource-picker": ({ options }) => pickResources(options),
  "scopes:request": ({ scopes }) => readInternal("scopes/request", { scopes }),
  "scopes:revoke": ({ scopes }) => readInternal("scopes/revoke", { scopes }),
  extensions: () => readInternal("extensions"),
  scopes: () => readInternal("scopes"),
  user: () => ({ accountAccess: "Full access" }),
};
const channel = openChannel(frame, origin, answers);
const save = connectSaveBar(channel);
connectTitleBar(channel, appName);
connectNavigation(channel, root, save);
connectFeedback(channel);

// The app sends a message as soon as its page runs App Bridge. A page without a message is not embedded.
let waiting;
function expectHello() {
  clearTimeout(waiting);
  progress.hidden = false;
  waiting = setTimeout(() => {
    progress.hidden = true;
    silent.hidden = false;
  }, 20_000);
}
channel.on("hello", () => {
  clearTimeout(waiting);
  progress.hidden = true;
  silent.hidden = true;
});
expectHello();
// Set by script, so that the browser's back button loads the URL with a new token.
frame.src = source;
