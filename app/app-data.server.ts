// App-data metafields: what our theme blocks read in Liquid (app.metafields.regulars.KEY). They belong to the installation,
// merchants cannot see or change them, and only this app writes them. https://shopify.dev/docs/apps/build/custom-data/ownership
import type { AdminApi } from "./admin-api.server.ts";

export const APP_DATA = "regulars";

const INSTALLATION = /* GraphQL */ `
  query Installation {
    currentAppInstallation {
      id
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

type SetAnswer = { metafieldsSet: { userErrors: { message: string }[] } };

/** Null when it was written, else Shopify's reason. The JSON is our own code's, made from checked fields. */
export async function writeAppData(admin: AdminApi, key: string, json: string): Promise<string | null> {
  const { currentAppInstallation } = await admin.request<{ currentAppInstallation: { id: string } }>(INSTALLATION);
  const metafields = [{ ownerId: currentAppInstallation.id, namespace: APP_DATA, key, type: "json", value: json }];
  const { metafieldsSet } = await admin.request<SetAnswer>(SET, { metafields });
  return metafieldsSet.userErrors[0]?.message ?? null;
}
