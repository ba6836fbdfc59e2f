import type { Installation } from "../../model.ts";
import type { Context, Fields } from "../context.ts";
import { gid } from "../gid.ts";
import { metafieldOwner } from "./metafield.ts";

const scopes = (handles: string[]): unknown[] => handles.map((handle) => ({ handle, description: scopeWords(handle) }));

function scopeWords(handle: string): string {
  const [verb, ...what] = handle.split("_");
  return `${verb === "write" ? "Modify" : "Read"} ${what.join(" ")}`;
}

export const installationFields: Fields = {
  ...metafieldOwner((installation: Installation) => gid("AppInstallation", installation.id)),
  id: (installation: Installation) => gid("AppInstallation", installation.id),
  accessScopes: (installation: Installation) => scopes(installation.scopes),
  activeSubscriptions: () => [],
  app: (installation: Installation) => installation,
  launchUrl: (_: Installation, __: never, { shop, store }: Context) =>
    `https://${shop.domain}/admin/apps/${store.app.handle}`,
  uninstallUrl: () => null,
};

export const appFields: Fields = {
  id: (_: Installation, __: never, context: Context) => gid("App", context.appId),
  apiKey: (installation: Installation) => installation.clientId,
  handle: (_: Installation, __: never, { store }: Context) => store.app.handle,
  title: (_: Installation, __: never, { store }: Context) => store.app.name,
  embedded: () => true,
  description: () => null,
  developerName: () => null,
  requestedAccessScopes: (_: Installation, __: never, { store }: Context) => scopes(store.app.scopes),
  optionalAccessScopes: (_: Installation, __: never, { store }: Context) => scopes(store.app.optionalScopes),
  availableAccessScopes: (_: Installation, __: never, { store }: Context) =>
    scopes([...store.app.scopes, ...store.app.optionalScopes]),
  installation: (installation: Installation) => installation,
  webhookApiVersion: (_: Installation, __: never, { store }: Context) => store.app.apiVersion,
  previouslyInstalled: () => true,
  published: () => false,
  shopifyDeveloped: () => false,
};

export const currentInstallation = (_: unknown, __: never, { shop }: Context): Installation => {
  if (shop.installation === null) throw new Error(`${shop.domain} was asked for an installation that is no more.`);
  return shop.installation;
};
