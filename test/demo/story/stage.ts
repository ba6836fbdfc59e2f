// Sets up what the story needs: a store with a history, the app's web and worker processes, and the people.
import { randomBytes } from "node:crypto";
import path from "node:path";
import { generateShop } from "../../dev-store/generator/generate.ts";
import type { ShopState } from "../../dev-store/model.ts";
import { addShop } from "../../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../../setup/browser.ts";
import { PROJECT, startStack, type Stack } from "../../setup/stack.ts";
import type { ConnectionUrls } from "../../../prisma/urls.ts";
import { openHttpMerchant } from "../people/http-merchant.ts";
import type { Merchant } from "../people/merchant.ts";
import { openShopper, type Person, type Shopper } from "../people/shopper.ts";
import { answerInBrowser } from "../people/thank-you.ts";
import { openHttpVisitor } from "../people/visitor.ts";
import { peopleOf, type Scene } from "./step.ts";
import { findInDatabase, findInFiles } from "./traces.ts";

export type StageOptions = {
  urls: ConnectionUrls;
  customers: number;
  timeoutMs: number;
  /** Milliseconds before the store starts to write the history of a bulk operation. */
  bulkStart?: number;
  /** Settings of the app that override the stack's. */
  env?: Record<string, string>;
  /** Makes the merchant and the customers. By default they act by plain requests. */
  cast?: (stack: Stack) => Promise<Cast>;
};

export type Cast = { merchant: Merchant; shopper: (person: Person) => Promise<Shopper> };

export type Stage = {
  scene: Scene;
  stack: Stack;
  shop: ShopState;
  /** `losesAnswers`: the browser answers survey submissions itself, and the app never gets them. */
  network: { losesAnswers: boolean };
  browser(): Promise<OpenBrowser>;
  close(): Promise<void>;
};

const playByRequests = async ({ url }: Stack): Promise<Cast> => ({
  merchant: openHttpMerchant(openHttpVisitor(url)),
  shopper: async (person) => openShopper(person, openHttpVisitor(url)),
});

export async function setStage({
  urls,
  customers,
  timeoutMs,
  bulkStart = 0,
  env = {},
  cast = playByRequests,
}: StageOptions): Promise<Stage> {
  const mark = randomBytes(4).toString("hex");
  const domain = `story-${mark}.myshopify.com`;
  const stack = await startStack({ urls, processes: "two", env, bulkStart });
  const shop = addShop(stack.store, domain, { name: "Monsoon & Leaf", email: `owner.${mark}@example.com` });
  generateShop(stack.store, shop, { customers });
  const network = { losesAnswers: false };
  let opening: Promise<OpenBrowser> | undefined;
  const browser = () => (opening ??= openBrowser());
  const people = peopleOf(mark);
  const { merchant, shopper } = await cast(stack);
  const scene: Scene = {
    merchant,
    buyer: await shopper(people.buyer),
    other: await shopper(people.other),
    answerSurvey: async (page, replies) =>
      answerInBrowser(await browser(), await scene.buyer.visitor.cookies(), {
        page,
        replies,
        network,
        timeoutMs: scene.timeoutMs,
      }),
    findTraces: async (words) => [
      ...(await findInDatabase(urls.owner, words)),
      ...findInFiles(path.join(PROJECT, ".data"), words),
    ],
    domain,
    timeoutMs,
    notes: { orders: [], paid: 0, home: { orders: 0, revenue: 0 }, profile: "", segment: "", offer: "", survey: "" },
  };
  return {
    scene,
    stack,
    shop,
    network,
    browser,
    async close() {
      await (await opening?.catch(() => undefined))?.close();
      await stack.stop();
    },
  };
}
