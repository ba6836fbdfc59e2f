// Fails a test that calls console.error, because console.error reports an unhandled fault.
import { format } from "node:util";
import { afterAll, afterEach } from "vitest";

const said: string[] = [];
console.error = (...parts: unknown[]) => {
  said.push(format(...parts));
};

function refuse() {
  const lines = said.splice(0);
  if (lines.length > 0) throw new Error(`console.error was called:\n${lines.join("\n")}`);
}

afterEach(refuse);
afterAll(refuse);
