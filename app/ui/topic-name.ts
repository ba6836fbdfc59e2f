import type { TFunction } from "i18next";
import { codeText } from "./words.ts";

/** A topic in words. A topic that the locale files do not have, such as a plugin's, is shown as readable text. */
export const topicName = (t: TFunction, topic: string): string =>
  t(`sync.topic.${topic.replaceAll(/[/.:]/g, "_")}`, { defaultValue: codeText(topic) });
