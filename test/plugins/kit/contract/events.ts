// Has each event that a plugin listens to happen in the shop.
import { emit, EVENT_KINDS, type EventKind } from "../../../../app/outbox.server.ts";
import type { Plugin } from "../../../../app/plugins/plugin.ts";
import type { QuestionShape } from "../../../../app/surveys/wire.ts";
import type { PluginShop } from "../plugin-shop.ts";
import { NO_WORDS, settingsFor } from "./kinds.ts";

const ORDER = "77";

/** The data of events that neither the order nor an answer makes. */
const DATA: Record<EventKind, Record<string, unknown> | null> = {
  "customer.created": {},
  "order.placed": null,
  "order.cancelled": { order: ORDER },
  "order.deleted": { order: ORDER },
  "order.refunded": { order: ORDER, refund: "1" },
  "consent.changed": { channel: "email", state: "SUBSCRIBED", source: "shopify" },
  "tags.added": { tags: ["vip"] },
  "tags.removed": { tags: ["vip"] },
  "segment.entered": { segment: "1", version: 1, cause: "time" },
  "segment.left": { segment: "1", version: 1, cause: "time" },
  "survey.answered": null,
  "offer.redeemed": { offer: "1", order: ORDER, version: 1 },
};

/** A customer of the shop orders and answers questions. All other events are written as the app would write them. */
export async function haveEvents(plugin: Plugin, it: PluginShop): Promise<void> {
  const at = new Date().toISOString();
  const times = { created_at: at, updated_at: at, processed_at: at };
  await it.send("orders/create", {
    ...{ id: Number(ORDER), customer: { id: 1, updated_at: at }, test: false, refunds: [] },
    ...times,
  });
  await it.settle();
  for (const kind of ["text", ...Object.keys(plugin.questionKinds ?? {})]) await answerOnce(plugin, it, kind);
  const events = EVENT_KINDS.flatMap((kind) => {
    const data = DATA[kind];
    return data === null ? [] : [{ id: `test/${kind}`, kind, customerId: "1", at, data }];
  });
  await it.shop.db.tx(async (tx) => emit(it.shop, tx, events));
  await it.settle();
}

/** The customer answers a question of the kind by the first value that the kind takes. */
async function answerOnce(plugin: Plugin, it: PluginShop, kind: string): Promise<void> {
  const [settings = {}] = settingsFor(plugin.questionKinds?.[kind]?.settings ?? {});
  for (const value of valuesOf(it.registry.questionKinds[kind]?.shape(settings, NO_WORDS))) {
    const checked = await it.answer(kind, [value], settings).catch(() => null);
    if (checked?.ok) return it.answerAs("1", kind, [value], settings);
  }
}

const TEXTS = ["Leeds", "7", "7.50", "one@example.com", "1990-05-14"];

/** Values that a question of this shape may take. */
function valuesOf(shape?: QuestionShape): string[] {
  if (shape?.shape === "choice") return shape.choices.map(({ value }) => value);
  if (shape?.shape === "scale") return [String(shape.to)];
  if (shape?.shape !== "date") return TEXTS;
  const today = new Date().toISOString().slice(0, 10);
  return ["1990-05-14", today, shape.to ?? "", shape.from ?? ""];
}
