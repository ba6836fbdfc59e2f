// The admin's end of the channel to the framed app. Accepts messages of the frame only, and answers to the frame's origin only.

export function openChannel(frame, origin, answers) {
  const listeners = new Map();

  function send(type, content = {}) {
    frame.contentWindow?.postMessage({ ...content, bridge: true, type }, origin);
  }

  addEventListener("message", async ({ data, source, origin: from }) => {
    if (source !== frame.contentWindow || from !== origin || data?.bridge !== true) return;
    if (data.id === undefined) return void listeners.get(data.type)?.(data);
    try {
      const answer = answers[data.type];
      if (!answer) throw new Error(`${data.type} is not part of this admin`);
      send("answer", { id: data.id, value: await answer(data) });
    } catch (error) {
      send("answer", { id: data.id, error: String(error.message ?? error) });
    }
  });

  return { send, on: (type, listener) => listeners.set(type, listener) };
}
