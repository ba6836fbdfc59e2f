// Would a process of the app start with the installed plugins? If not: each reason, and what to write where.
import { bootFault } from "../../app/boot-fault.ts";

try {
  await import("../../app/plugins/installed.server.ts");
} catch (error) {
  process.stdout.write(`${bootFault(error)}\n`);
  process.exitCode = 1;
}
