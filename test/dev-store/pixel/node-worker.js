// A web pixel's worker in Node: the bundle runs in a context that has the `shopify` global, fetch, timers and the console, and nothing
// else of Node. The thread that started the worker makes the requests.
import { parentPort, workerData } from "node:worker_threads";
import vm from "node:vm";

const waiting = new Map();

const fetch = (url, init = {}) =>
  new Promise((resolve, reject) => {
    const id = waiting.size;
    waiting.set(id, { resolve, reject });
    parentPort.postMessage({ request: { id, url, init } });
  });

const context = vm.createContext({ fetch, setTimeout, clearTimeout, console });
vm.runInContext(workerData.sandbox, context);
const { shopify, receive } = context.makeSandbox(workerData.facts, (error) => parentPort.postMessage({ error }));
delete context.makeSandbox;
context.shopify = shopify;

parentPort.on("message", (message) => {
  if (message.channel) receive(message);
  else if (message.status === null) waiting.get(message.id).reject(new TypeError("Failed to fetch"));
  else waiting.get(message.id).resolve({ status: message.status, ok: message.status < 300 });
  if (message.mark) parentPort.postMessage({ mark: message.mark });
});
vm.runInContext(workerData.bundle, context);
