// The three ways into the database: as its owner (migrations), as the app (one shop a transaction), as the door (inbox only).
import { createHmac } from "node:crypto";

export interface ConnectionUrls {
  owner: string;
  app: string;
  door: string;
}

/** The environment, or a part of it. */
export interface DatabaseSettings {
  DATABASE_URL?: string | undefined;
  APP_DATABASE_URL?: string | undefined;
  DOOR_DATABASE_URL?: string | undefined;
  [name: string]: string | undefined;
}

export const APP_ROLE = "regulars_app";
export const DOOR_ROLE = "regulars_door";

/** Those that are not given are the owner's with another role, and a password that only the owner's secret yields. */
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
  // A server that asks its owner for no password asks the role for none
  url.password = secret && createHmac("sha256", secret).update(`regulars ${role}`).digest("base64url");
  return url.href;
}
