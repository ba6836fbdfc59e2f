// The database's URLs for three roles: the owner (migrations), the app (one shop a transaction) and the door (inbox only).
import { createHmac } from "node:crypto";

export interface ConnectionUrls {
  owner: string;
  app: string;
  door: string;
}

export interface DatabaseSettings {
  DATABASE_URL?: string | undefined;
  APP_DATABASE_URL?: string | undefined;
  DOOR_DATABASE_URL?: string | undefined;
  [name: string]: string | undefined;
}

export const APP_ROLE = "regulars_app";
export const DOOR_ROLE = "regulars_door";

/** A URL that is not given is the owner's URL with the role's name and a password derived from the owner's password. */
export function connectionUrls(settings: DatabaseSettings & { DATABASE_URL: string }): ConnectionUrls {
  const owner = settings.DATABASE_URL;
  return {
    owner,
    app: settings.APP_DATABASE_URL || roleUrl(owner, APP_ROLE),
    door: settings.DOOR_DATABASE_URL || roleUrl(owner, DOOR_ROLE),
  };
}

function roleUrl(owner: string, role: string): string {
  const url = new URL(owner);
  const secret = decodeURIComponent(url.password);
  url.username = role;
  // A server that needs no password of its owner needs none of the role.
  url.password = secret && createHmac("sha256", secret).update(`regulars ${role}`).digest("base64url");
  return url.href;
}
