// The only code that writes app-data metafields, which our theme blocks read in Liquid (app.metafields.regulars.KEY). App-data
// metafields belong to the installation: merchants cannot see or change them, and only this app writes them.
// https://shopify.dev/docs/apps/build/custom-data/ownership
// Shopify's linter refuses metafields written with an offline token (METAFIELD_OFFLINE_TOKEN), because a stored value could be a
// shopper's input. Ours need an offline token: an offer begins and a survey is republished without a merchant. So the callers write
// only JSON that our own code serialised from checked fields, under one of the keys below.
import type { AdminApi } from "./admin-api.server.ts";

const NAMESPACE = "regulars";
type AppDataKey = "offers" | "surveys";

export type AppData = {
  installation: string;
  app: string;
  /** Null: nothing has been written yet. */
  json: string | null;
};

const READ = /* GraphQL */ `
  query ReadAppData($namespace: String!, $key: String!) {
    currentAppInstallation {
      id
      app {
        id
      }
      metafield(namespace: $namespace, key: $key) {
        value
      }
    }
  }
`;

const SET = /* GraphQL */ `
  mutation SetAppData($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      userErrors {
        message
      }
    }
  }
`;

type ReadAnswer = { currentAppInstallation: { id: string; app: { id: string }; metafield: { value: string } | null } };
type SetAnswer = { metafieldsSet: { userErrors: { message: string }[] } };

export async function readAppData(admin: AdminApi, key: AppDataKey): Promise<AppData> {
  const { currentAppInstallation } = await admin.request<ReadAnswer>(READ, { namespace: NAMESPACE, key });
  const { id, app, metafield } = currentAppInstallation;
  return { installation: id, app: app.id, json: metafield?.value ?? null };
}

/** Returns null when the metafield was written, else Shopify's reason. */
export async function writeAppData(
  admin: AdminApi,
  installation: string,
  key: AppDataKey,
  json: string,
): Promise<string | null> {
  const { metafieldsSet } = await admin.request<SetAnswer>(SET, {
    metafields: [{ ownerId: installation, namespace: NAMESPACE, key, type: "json", value: json }],
  });
  return metafieldsSet.userErrors[0]?.message ?? null;
}
