// The admin's side of the talk with the framed app. Only the frame itself is heard and only its origin is answered.

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
