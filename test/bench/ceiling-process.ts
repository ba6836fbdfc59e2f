// The highest rate of one Node process: HTTP, the whole body, its HMAC, 200. Nothing is stored.
import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const key = createSecretKey(process.env["SHOPIFY_API_SECRET"] ?? "", "utf8");

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    const given = Buffer.from(String(request.headers["x-shopify-hmac-sha256"]), "base64");
    const true_ = createHmac("sha256", key).update(body).digest();
    const isSigned = given.length === true_.length && timingSafeEqual(given, true_);
    response.writeHead(isSigned ? 200 : 401, { "content-length": 0 });
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`));
process.on("SIGTERM", () => process.exit(0));
