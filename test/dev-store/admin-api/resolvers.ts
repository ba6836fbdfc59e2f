// All resolvers by type. A field without a resolver that is not a property of its source is an error.

import { bulkMutations, bulkOperationFields, bulkQueries } from "./bulk/fields.ts";
import type { Context, Fields } from "./context.ts";
import { addressFields } from "./fields/address.ts";
import { appFields, currentInstallation, installationFields } from "./fields/app.ts";
import { collectionFields, collectionQueries } from "./fields/collection.ts";
import { customerFields, customerQueries, emailAddressFields, phoneNumberFields } from "./fields/customer.ts";
import { mergeFields, mergeQueries } from "./fields/customer-merge.ts";
import { discountFields, discountNodeFields } from "./fields/discount/discount.ts";
import { discountItemsFields } from "./fields/discount/items.ts";
import { discountQueries } from "./fields/discount/queries.ts";
import { lineItemFields } from "./fields/line-item.ts";
import { definitionFields, metafieldFields, metafieldQueries } from "./fields/metafield.ts";
import { nodeQueries } from "./fields/node.ts";
import { orderFields, orderQueries } from "./fields/order.ts";
import { inventoryItemFields, productFields, productQueries, variantFields } from "./fields/product.ts";
import { refundFields, refundLineFields } from "./fields/refund.ts";
import {
  memberConnectionFields,
  memberFields,
  segmentFields,
  segmentQueries,
  statisticsFields,
} from "./fields/segment.ts";
import { shopFields } from "./fields/shop.ts";
import { transactionFields } from "./fields/transaction.ts";
import { pixelFields, pixelQueries } from "./fields/web-pixel.ts";
import { webhookQueries } from "./fields/webhook.ts";
import { consentMutations } from "./mutations/consent.ts";
import { mergeMutations } from "./mutations/customer-merge.ts";
import { discountMutations } from "./mutations/discount/mutations.ts";
import { metafieldMutations } from "./mutations/metafield.ts";
import { segmentMutations } from "./mutations/segment.ts";
import { tagMutations } from "./mutations/tags.ts";
import { pixelMutations } from "./mutations/web-pixel.ts";

export const allFields: Record<string, Fields> = {
  App: appFields,
  AppInstallation: installationFields,
  BulkOperation: bulkOperationFields,
  Collection: collectionFields,
  Customer: customerFields,
  CustomerEmailAddress: emailAddressFields,
  CustomerPhoneNumber: phoneNumberFields,
  CustomerSegmentMember: memberFields,
  CustomerSegmentMemberConnection: memberConnectionFields,
  CustomerMergePreviewDefaultFields: mergeFields,
  AllDiscountItems: discountItemsFields,
  DiscountAutomaticBasic: discountFields,
  DiscountAutomaticBxgy: discountFields,
  DiscountAutomaticFreeShipping: discountFields,
  DiscountAutomaticNode: discountNodeFields,
  DiscountCodeBasic: discountFields,
  DiscountCodeBxgy: discountFields,
  DiscountCodeFreeShipping: discountFields,
  DiscountCollections: discountItemsFields,
  DiscountCodeNode: discountNodeFields,
  DiscountNode: discountNodeFields,
  DiscountProducts: discountItemsFields,
  InventoryItem: inventoryItemFields,
  LineItem: lineItemFields,
  MailingAddress: addressFields,
  Metafield: metafieldFields,
  MetafieldDefinition: definitionFields,
  Mutation: {
    ...bulkMutations,
    ...consentMutations,
    ...discountMutations,
    ...mergeMutations,
    ...metafieldMutations,
    ...segmentMutations,
    ...tagMutations,
    ...pixelMutations,
  },
  Order: orderFields,
  OrderTransaction: transactionFields,
  Product: productFields,
  ProductVariant: variantFields,
  QueryRoot: {
    ...bulkQueries,
    ...collectionQueries,
    ...customerQueries,
    ...discountQueries,
    ...mergeQueries,
    ...metafieldQueries,
    ...nodeQueries,
    ...orderQueries,
    ...pixelQueries,
    ...productQueries,
    ...segmentQueries,
    ...webhookQueries,
    appInstallation: currentInstallation,
    currentAppInstallation: currentInstallation,
    shop: (_: unknown, __: never, { shop }: Context) => shop,
  },
  Refund: refundFields,
  RefundLineItem: refundLineFields,
  Segment: segmentFields,
  SegmentStatistics: statisticsFields,
  Shop: shopFields,
  WebPixel: pixelFields,
};
