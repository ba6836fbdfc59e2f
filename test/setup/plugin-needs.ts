// Checks that the app would start with the installed plugins. Prints each reason why not, and what to write where.
import { bootFault } from "../../app/boot-fault.ts";

try {
  await import("../../app/plugins/installed.server.ts");
} catch (error) {
  process.stdout.write(`${bootFault(error)}\n`);
  process.exitCode = 1;
}
