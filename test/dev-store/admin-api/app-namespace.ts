// The app's reserved metafield namespaces: `$app` stands for app--{id}, and so does a missing namespace.

import type { Store } from "../model.ts";

/** The numeric id of the app, derived from its client id, so that it stays the same after a reinstall. */
export function appIdOf(store: Store): string {
  let hash = 0;
  for (const sign of store.config.apiKey) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) % 2_147_483_647;
  return String(300_000_000_000 + hash);
}

/** `$app` → app--1, `$app:offers` → app--1--offers, null → app--1, any other as it is. */
export function resolveNamespace(namespace: string | null | undefined, appId: string): string {
  const own = `app--${appId}`;
  if (namespace == null || namespace === "" || namespace === "$app") return own;
  return namespace.startsWith("$app:") ? `${own}--${namespace.slice("$app:".length)}` : namespace;
}

/** True of a namespace that is reserved for another app. */
export function isForeign(namespace: string, appId: string): boolean {
  return namespace.startsWith("app--") && namespace !== `app--${appId}` && !namespace.startsWith(`app--${appId}--`);
}
