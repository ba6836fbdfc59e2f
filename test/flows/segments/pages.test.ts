import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { action, loader as editor } from "../../../app/routes/app.segments.$id.tsx";
import { loader as list } from "../../../app/routes/app.segments._index.tsx";
import { loader as tryOut } from "../../../app/routes/app.segments.preview.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { addUpRevenue } from "../../../app/segments/memberships/revenue.server.ts";
import { TEMPLATES } from "../../../app/segments/templates.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { APP_URL, BROWSER, startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("chai.myshopify.com", { timeZone: "Asia/Kolkata", currency: "INR" });
  ({ shop } = await merchant(dev.document("/app")));
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, first_name, number_of_orders, amount_spent, tags)
      select ${shop.id}, n::text, 'Asha', n, n * 100, '{}' from generate_series(0, 4) n`),
  );
});
afterAll(() => dev.close());

const at = (id: string, request: Request) => ({ request, params: { id }, context: {} });
const post = (path: string, fields: Record<string, string>, token = dev.merchantToken()) =>
  new Request(`${APP_URL}${path}`, {
    method: "POST",
    headers: { "user-agent": BROWSER, authorization: `Bearer ${token}` },
    body: new URLSearchParams(fields),
  });
const save = (id: string, fields: Record<string, string>) =>
  action(at(id, post(`/app/segments/${id}`, { intent: "save", ...fields })));
const listed = async () => (await list(at("", dev.data("/app/segments")))).segments;
const previewed = (query: string) =>
  tryOut(at("", dev.data(`/app/segments/preview?${new URLSearchParams({ query })}`)));

test("a merchant previews a query, saves it, changes it, copies it, archives it and restores it", async () => {
  expect(await listed()).toEqual([]);
  expect(await previewed("number_of_orders >= 3")).toMatchObject({
    ok: true,
    count: 2,
    share: 0.4,
    revenue: { amount: "700.0000", share: 0.7 },
    sample: [{ firstName: "Asha", orders: 3, spent: "300.0000" }, { orders: 4 }],
  });
  expect(await previewed("email = 'x'")).toMatchObject({ ok: false, faults: [{ code: "filter", start: 0, end: 5 }] });

  expect(await save("new", { name: "", query: "number_of_orders >= 3" })).toEqual({
    ok: false,
    faults: [{ key: "segments.refused.name_blank", field: "name" }],
  });
  expect(await save("new", { name: "Regulars", query: "email = 'x'" })).toMatchObject({ faults: [{ field: "query" }] });
  const made = await save("new", { name: "Regulars", query: "number_of_orders >= 3" });
  const path = made instanceof Response ? (made.headers.get("location") ?? "") : "";
  expect(path).toMatch(/^\/app\/segments\/[0-9a-f-]{36}$/);
  const id = path.split("/").at(-1) ?? "";
  expect((await listed())[0]).toMatchObject({ id, name: "Regulars", count: 0, evaluatedAt: null });
  await evaluateSegment(shop, id, await registryFor(shop), async () => undefined);
  expect((await listed())[0]).toMatchObject({ count: 2, uses: { offers: 0, surveys: 0 }, revenue: null });
  await addUpRevenue(shop);
  expect((await listed())[0]).toMatchObject({ revenue: { amount: "700.0000", share: 0.7 } });

  expect(await save(id, { name: "Regulars", query: "number_of_orders >= 2" })).toEqual({ ok: true, next: null });
  const { view } = await editor(at(id, dev.data(path)));
  expect(view).toMatchObject({ id, name: "Regulars", query: "number_of_orders >= 2", standing: { evaluatedAt: null } });
  expect(view?.history).toMatchObject({ count: 2 });
  // The query was changed and is not counted yet.
  expect(view?.history?.growth).toBeNull();
  expect(Object.keys(view?.catalogue.attributes ?? {})).toContain("customer_tags");
  expect(JSON.parse(JSON.stringify(view?.catalogue))).toEqual(view?.catalogue);

  await action(at(id, post(path, { intent: "duplicate", name: "Copy of Regulars" })));
  const away = await action(at(id, post(path, { intent: "archive" })));
  expect((await listed()).map(({ name }) => name)).toEqual(["Copy of Regulars"]);
  expect(await editor(at(id, dev.data(path)))).toMatchObject({
    view: null,
    archived: { id, name: "Regulars", query: "number_of_orders >= 2" },
  });
  expect(await save(id, { name: "Regulars", query: "number_of_orders >= 4" })).toMatchObject({
    faults: [{ key: "segments.refused.missing" }],
  });
  await expect(editor(at("never", dev.data("/app/segments/never")))).rejects.toMatchObject({ status: 404 });

  const listAfter = away instanceof Response ? (away.headers.get("location") ?? "") : "";
  const banner = async () => (await list(at("", dev.data(listAfter)))).lastArchived;
  expect(await banner()).toEqual({ id, name: "Regulars" });
  await action(at(id, post(path, { intent: "restore" })));
  expect(await banner()).toBeNull();
  await evaluateSegment(shop, id, await registryFor(shop), async () => undefined);
  expect(await listed()).toMatchObject([{ name: "Copy of Regulars" }, { id, name: "Regulars", count: 3 }]);
});

test("without any revenue no share is shown", async () => {
  const quiet = dev.addShop("quiet.myshopify.com");
  const { shop: theirs } = await merchant(dev.document("/app", { shop: quiet }));
  const ask = () => tryOut(at("", dev.data("/app/segments/preview?query=number_of_orders+%3D+0", { shop: quiet })));
  expect(await ask()).toMatchObject({ ok: true, count: 0, share: 0, revenue: { amount: "0", share: 0 } });
  await theirs.db.tx((tx) => tx.run(sql`insert into customer (shop_id, id) values (${theirs.id}, '1')`));
  expect(await ask()).toMatchObject({ ok: true, count: 1, share: 1, revenue: { amount: "0.0000", share: 0 } });
});

test("every template is a valid query", async () => {
  for (const { query } of TEMPLATES) expect(await previewed(query), query).toMatchObject({ ok: true });
});

test("without a session of the shop a segment can be neither read nor changed", async () => {
  const bare = new Request(`${APP_URL}/app/segments`, { headers: { "user-agent": BROWSER } });
  const forged = post("/app/segments/new", { intent: "save", name: "x", query: "number_of_orders = 1" }, "a.b.c");
  for (const refused of [
    list(at("", bare)),
    tryOut(at("", bare)),
    editor(at("new", bare)),
    action(at("new", forged)),
  ]) {
    const answer = await refused.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(answer).toBeInstanceOf(Response);
  }
  const other = dev.addShop("other.myshopify.com");
  await merchant(dev.document("/app", { shop: other }));
  const [segment] = await listed();
  const id = segment?.id ?? "";
  await expect(editor(at(id, dev.data(`/app/segments/${id}`, { shop: other })))).rejects.toMatchObject({ status: 404 });
  const stolen = post(`/app/segments/${id}`, { intent: "archive" }, dev.merchantToken(other));
  expect(await action(at(id, stolen))).toMatchObject({ faults: [{ key: "segments.refused.missing" }] });
  expect(await listed()).toHaveLength(2);
});
