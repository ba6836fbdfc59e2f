// What a web pixel's worker has besides fetch, timers and the console: the `shopify` global. A classic script for a browser's worker
// and for Node's. `tell`: reports an error of the pixel to the page.

globalThis.makeSandbox = ({ init, settings }, tell) => {
  const subscribers = new Map();
  const subscribe = (channel) => (name, callback) => {
    const key = `${channel} ${name}`;
    const own = subscribers.get(key) ?? new Set();
    subscribers.set(key, own.add(callback));
    return () => own.delete(callback);
  };
  const guarded = (work) => {
    try {
      work();
    } catch (error) {
      tell(String(error?.stack ?? error));
    }
  };
  const api = {
    analytics: { subscribe: subscribe("analytics") },
    customerPrivacy: { subscribe: subscribe("privacy") },
    init,
    settings,
  };
  return {
    shopify: {
      extend(point, callback) {
        if (point === "WebPixel::Render") guarded(() => callback(api));
        else tell(`there is no extension point ${point}`);
      },
    },
    receive({ channel, name, event }) {
      for (const callback of subscribers.get(`${channel} ${name}`) ?? []) guarded(() => callback(event));
    },
  };
};
