// The channel to the admin page around the app: messages in both directions, and requests with one answer.

const waiting = new Map();
const listeners = new Map();
let serial = 0;

export function tell(type, content = {}) {
  parent.postMessage({ ...content, bridge: true, type }, "*");
}

export function ask(type, content = {}) {
  serial += 1;
  const id = serial;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    tell(type, { ...content, id });
  });
}

export function hear(type, listener) {
  listeners.set(type, listener);
}

addEventListener("message", ({ data, source }) => {
  if (source !== parent || data?.bridge !== true) return;
  if (data.type !== "answer") return void listeners.get(data.type)?.(data);
  const question = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error) question?.reject(new Error(data.error));
  else question?.resolve(data.value);
});

/** Runs once after all changes of this turn, when the parser or React is done with the elements. */
export function soon(work) {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      work();
    });
  };
}
