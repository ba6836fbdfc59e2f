import type { TFunction } from "i18next";
import { codeText } from "./words.ts";

/** What happened, in words. A plugin may have topics of its own: those are called as Shopify calls them, read out. */
export const topicName = (t: TFunction, topic: string): string =>
  t(`sync.topic.${topic.replaceAll(/[/.:]/g, "_")}`, { defaultValue: codeText(topic) });
