// The page around the extensions' frames: gives them tokens, storage and the height that they need.

const frames = [...document.querySelectorAll("iframe[data-extension]")];
const { token } = document.body.dataset;

const keyOf = (frame, key) => `checkout ${token} ${frame.dataset.extension} ${key}`;

async function readToken() {
  const response = await fetch(`/checkouts/${token}/session-token`);
  if (!response.ok) throw new Error("No session token");
  return (await response.json()).token;
}

const answers = {
  "session-token": readToken,
  "storage-read": (frame, { key }) => JSON.parse(sessionStorage.getItem(keyOf(frame, key)) ?? "null"),
  "storage-write": (frame, { key, value }) => sessionStorage.setItem(keyOf(frame, key), value ?? "null"),
  "storage-delete": (frame, { key }) => sessionStorage.removeItem(keyOf(frame, key)),
  publish: async (_frame, { name, data }) => {
    await fetch("/.published-events", { method: "POST", body: JSON.stringify({ name, data }) });
    return true;
  },
};

addEventListener("message", async ({ data, source }) => {
  const frame = frames.find(({ contentWindow }) => contentWindow === source);
  if (!frame || data?.extension !== true) return;
  if (data.type === "height") {
    frame.style.height = `${Math.ceil(data.height)}px`;
    frame.parentElement.classList.toggle("empty", data.height === 0);
    return;
  }
  const reply = (content) => source.postMessage({ extension: true, id: data.id, ...content }, "*");
  try {
    reply({ value: (await answers[data.type](frame, data)) ?? null });
  } catch (error) {
    reply({ error: String(error.message ?? error) });
  }
});

for (const frame of frames) frame.src = frame.dataset.source;
