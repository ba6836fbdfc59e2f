import { expect, test } from "vitest";
import { isPlainAddress } from "./address.ts";

test("the app's own addresses are plain, whatever their query", () => {
  for (const address of [
    "/",
    "/app",
    "/app/",
    "/webhooks",
    "/app/customers/4711",
    "/app/customers/eve%40example.com",
    "/app/segments/100%25",
    "/app/customers/Z%C3%BCrich.data?_routes=a",
    "/app?q=../..//%2e%2e/%5c",
    "/@fs/work/app/routes/app.customers.$id._index.tsx?v=1",
    "/@id/__x00__virtual:remix/server-build",
    "/assets/app._index-BX1.js",
    "/.well-known/x",
    "/a..b/...",
  ])
    expect(isPlainAddress(address), address).toBe(true);
});

test("an address that is not a path of this server, or whose path changes by decoding or normalising, is refused", () => {
  for (const address of [
    "",
    "*",
    "app",
    "http://app.example.com/app",
    "//evil.example.com/app",
    "/app#x",
    "/app?a#x",
    "/proxy//survey",
    "//",
    "/proxy/../",
    "/proxy/./survey",
    "/proxy/..",
    "/proxy/%2e%2e/",
    "/proxy/%2E%2e/app",
    "/proxy/.%2e/app",
    "/proxy/%2e/survey",
    "/proxy/%252e%252e/app",
    "/proxy/%25252e%25252e/app",
    "/proxy/%2f..%2fapp",
    "/proxy%2fsurvey",
    "/proxy%2Fsurvey",
    "/proxy%252fsurvey",
    "/proxy\\..\\app",
    "/proxy/..%5capp",
    "/proxy%5csurvey",
    "/proxy%255c..",
    "/proxy/..;/app",
    "/proxy/;x/app",
    "/proxy/%c0%ae%c0%ae/app",
    "/proxy/%ef%bc%8e%ef%bc%8e/app",
    "/proxy%ef%bc%8fsurvey",
    "/proxy/%e2%80%a5/app",
    "/proxy/%09../app",
    "/proxy/%00",
    "/proxy/%",
    "/proxy/%2",
    "/proxy/%zz",
    "/proxy/%u002e",
    "/proxy/a b",
    "/proxy/\u00e9",
    "/proxy/[x]",
    "/proxy/{x}",
  ])
    expect(isPlainAddress(address), address).toBe(false);
});
