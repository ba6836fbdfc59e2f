import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Listening = {
  port: number;
  /** Accepts no new connection, and waits up to `DRAIN_MS` for running requests. */
  drain(): Promise<void>;
};

const DRAIN_MS = 5000;

/** Rejects if the server cannot listen on the port. The error then has `setting`, the port's setting. */
export async function listen(
  server: Server,
  port: number,
  host: string,
  setting: "PORT" | "WORKER_PORT" = "PORT",
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => reject(Object.assign(error, { setting, port }));
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  let draining = false;
  server.prependListener("request", (_, response) => {
    if (draining) response.shouldKeepAlive = false;
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    async drain() {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
      server.closeAllConnections();
    },
  };
}
