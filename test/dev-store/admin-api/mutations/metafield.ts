import { stamp } from "../../happen.ts";
import type { Metafield, MetafieldDefinition } from "../../model.ts";
import { rememberMembers } from "../../segments/members.ts";
import { isForeign, resolveNamespace } from "../app-namespace.ts";
import type { Context, Fields } from "../context.ts";
import {
  compareDigest,
  definitionOf,
  forgetOwned,
  identifiedDefinition,
  isFilterable,
  metafieldKey,
  ownerTypeOf,
} from "../fields/metafield.ts";
import { gid, parseGid } from "../gid.ts";
import { accessDenied, resourceNotFound } from "../refusal.ts";
import { isMetafieldType, valueFault } from "./metafield-value.ts";

type SetInput = {
  ownerId: string;
  namespace?: string | null;
  key: string;
  type?: string | null;
  value: string;
  compareDigest?: string | null;
};
/** `elementIndex`: the index within a list value. */
type SetError = { field: string[]; message: string; code: string; elementIndex: number | null };
type Owner = { ownerId: string; namespace?: string | null; key: string };
const MOST_PER_CALL = 25;

const WRITE_SCOPES: Record<string, string> = {
  CUSTOMER: "write_customers",
  DISCOUNT: "write_discounts",
  ORDER: "write_orders",
  PRODUCT: "write_products",
  PRODUCTVARIANT: "write_products",
};

/** Writing a metafield needs the write scope of its owner. A namespace that is reserved for another app is refused. */
function guardOwner(context: Context, field: string, { ownerId, namespace }: Owner): void {
  const scope = WRITE_SCOPES[ownerTypeOf(ownerId) ?? ""];
  if (scope !== undefined && !context.scopes.has(scope)) throw accessDenied(field, `\`${scope}\` access scope.`);
  if (isForeign(resolveNamespace(namespace, context.appId), context.appId)) {
    throw accessDenied(field, "API client to have access to the namespace.");
  }
}

function faultOf(context: Context, input: SetInput, index: number): SetError | null {
  const at: At = (name, message, code, elementIndex = null) => ({
    field: ["metafields", String(index), ...(name === null ? [] : [name])],
    message,
    code,
    elementIndex,
  });
  const ownerType = ownerTypeOf(input.ownerId);
  if (ownerType === null || context.node(context, input.ownerId) === null) {
    if (context.store.switches.goneCustomerAtTop) throw resourceNotFound(input.ownerId);
    return at("ownerId", "Owner does not exist.", "INVALID_VALUE");
  }
  const namespace = resolveNamespace(input.namespace, context.appId);
  const shape = shapeFault(namespace, input.key);
  if (shape !== null) return at(shape.name, shape.message, shape.code);
  return contentFault(context, { ...input, namespace }, ownerType, at);
}

type At = (name: string | null, message: string, code: string, elementIndex?: number | null) => SetError;

/** Checks type, value and digest, after owner, namespace and key. */
function contentFault(
  context: Context,
  input: SetInput & { namespace: string },
  ownerType: string,
  at: At,
): SetError | null {
  const present = context.shop.metafields.get(metafieldKey(input.ownerId, input.namespace, input.key));
  const definition = definitionOf(context, ownerType, input.namespace, input.key);
  const type = input.type ?? definition?.type ?? present?.type ?? "";
  if (type === "") return at("type", "Type can't be blank", "BLANK");
  if (!isMetafieldType(type)) return at("type", "Type must be one of the supported types.", "INCLUSION");
  if (definition !== null && definition.type !== type) {
    return at("type", `Type must be consistent with the definition's type: '${definition.type}'.`, "INVALID_TYPE");
  }
  const fault = valueFault(type, input.value);
  if (fault !== null) return at("value", fault.words, input.value === "" ? "BLANK" : "INVALID_VALUE", fault.item);
  return input.compareDigest === undefined ? null : digestFault({ ...input, type }, present, at);
}

function shapeFault(namespace: string, key: string): { name: string; message: string; code: string } | null {
  if (key.length < 2) {
    return { name: "key", message: "Key is too short (minimum is 2 characters)", code: "TOO_SHORT" };
  }
  if (key.length > 64) return { name: "key", message: "Key is too long (maximum is 64 characters)", code: "TOO_LONG" };
  if (namespace.length > 255) {
    return { name: "namespace", message: "Namespace is too long (maximum is 255 characters)", code: "TOO_LONG" };
  }
  const allowed = /^[A-Za-z0-9_-]+$/;
  if (allowed.test(key) && allowed.test(namespace)) return null;
  const name = allowed.test(key) ? "namespace" : "key";
  return { name, message: `${name} contains invalid characters`, code: "INVALID" };
}

/** As recorded, a write that changes nothing succeeds with any digest. */
function digestFault(input: SetInput, present: Metafield | undefined, at: At): SetError | null {
  if (present === undefined) {
    return input.compareDigest === null ? null : at(null, "The compare digest is invalid.", "INVALID_COMPARE_DIGEST");
  }
  const same = present.type === input.type && present.value === input.value;
  if (same || input.compareDigest === compareDigest(present)) return null;
  const message = "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.";
  return at(null, message, "STALE_OBJECT");
}

function write(context: Context, input: SetInput): Metafield {
  const { store, shop } = context;
  const namespace = resolveNamespace(input.namespace, context.appId);
  const place = metafieldKey(input.ownerId, namespace, input.key);
  const present = shop.metafields.get(place);
  const definition = definitionOf(context, ownerTypeOf(input.ownerId) ?? "", namespace, input.key);
  const metafield: Metafield = {
    id: present?.id ?? store.newId(shop),
    ownerId: input.ownerId,
    namespace,
    key: input.key,
    type: input.type ?? definition?.type ?? present?.type ?? "",
    value: input.value,
    updatedAt: stamp(store),
  };
  shop.metafields.set(place, metafield);
  return metafield;
}

type DefinitionInput = {
  ownerType: string;
  namespace?: string | null;
  key: string;
  name?: string | null;
  type?: string;
  capabilities?: { adminFilterable?: { enabled: boolean } | null } | null;
};

function definitionFault(context: Context, input: DefinitionInput, type: string): Record<string, unknown> | null {
  const namespace = resolveNamespace(input.namespace, context.appId);
  const at = (name: string, message: string, code: string): Record<string, unknown> => ({
    field: ["definition", ...(name === "" ? [] : [name])],
    message,
    code,
    elementIndex: null,
    elementKey: null,
  });
  if (!isMetafieldType(type)) return at("type", "Type name is not a valid type.", "INCLUSION");
  if ((input.name ?? "").trim() === "") return at("name", "Name can't be blank", "BLANK");
  const shape = shapeFault(namespace, input.key);
  if (shape !== null) return at(shape.name, shape.message, shape.code);
  if (definitionOf(context, input.ownerType, namespace, input.key) !== null) {
    const name = input.ownerType.charAt(0) + input.ownerType.slice(1).toLowerCase();
    return at("key", `Key is in use for ${name} metafields on the '${namespace}' namespace.`, "TAKEN");
  }
  if (input.capabilities?.adminFilterable?.enabled === true && !isFilterable(type)) {
    return at("", `The capability admin_filterable is not valid for this definition.`, "INVALID_CAPABILITY");
  }
  return null;
}

export const metafieldMutations: Fields = {
  metafieldsSet: (_: unknown, { metafields }: { metafields: SetInput[] }, context: Context) => {
    if (metafields.length > MOST_PER_CALL) {
      const message = `Exceeded the maximum metafields input limit of ${MOST_PER_CALL}.`;
      const error = { field: ["metafields"], message, code: "LESS_THAN_OR_EQUAL_TO", elementIndex: null };
      return { metafields: null, userErrors: [error] };
    }
    for (const input of metafields) guardOwner(context, "metafieldsSet", input);
    const userErrors = metafields.flatMap((input, index) => faultOf(context, input, index) ?? []);
    if (userErrors.length > 0) return { metafields: [], userErrors };
    rememberMembers(context.store, context.shop);
    const written = metafields.map((input) => write(context, input));
    forgetOwned(context);
    context.store.touch();
    return { metafields: written, userErrors };
  },
  metafieldsDelete: (_: unknown, { metafields }: { metafields: Owner[] }, context: Context) => {
    const { shop } = context;
    for (const input of metafields) guardOwner(context, "metafieldsDelete", input);
    rememberMembers(context.store, shop);
    const deletedMetafields = metafields.map(({ ownerId, namespace, key }) => {
      const resolved = resolveNamespace(namespace, context.appId);
      const gone = shop.metafields.delete(metafieldKey(ownerId, resolved, key));
      return gone ? { ownerId, namespace: resolved, key } : null;
    });
    forgetOwned(context);
    context.store.touch();
    return { deletedMetafields, userErrors: [] };
  },
  metafieldDefinitionCreate: (_: unknown, { definition: input }: { definition: DefinitionInput }, context: Context) => {
    const { store, shop } = context;
    const type = input.type ?? "";
    const fault = definitionFault(context, input, type);
    if (fault !== null) return { createdDefinition: null, userErrors: [fault] };
    const definition: MetafieldDefinition = {
      id: store.newId(shop),
      ownerType: input.ownerType,
      namespace: resolveNamespace(input.namespace, context.appId),
      key: input.key,
      name: input.name ?? input.key,
      type,
      adminFilterable: input.capabilities?.adminFilterable?.enabled === true,
    };
    shop.metafieldDefinitions.set(definition.id, definition);
    store.touch();
    return { createdDefinition: definition, userErrors: [] };
  },
  metafieldDefinitionUpdate: (_: unknown, { definition: input }: { definition: DefinitionInput }, context: Context) => {
    const definition = identifiedDefinition(context, input);
    if (definition === null) {
      const error = { field: ["definition"], message: "Definition not found.", code: "NOT_FOUND" };
      return { updatedDefinition: null, validationJob: null, userErrors: [{ ...error, elementIndex: null }] };
    }
    if (input.name != null) definition.name = input.name;
    const filterable = input.capabilities?.adminFilterable?.enabled;
    if (filterable !== undefined) definition.adminFilterable = filterable && isFilterable(definition.type);
    context.store.touch();
    return { updatedDefinition: definition, validationJob: null, userErrors: [] };
  },
  metafieldDefinitionDelete: (
    _: unknown,
    args: { id?: string | null; identifier?: DefinitionInput | null; deleteAllAssociatedMetafields?: boolean },
    context: Context,
  ) => {
    const { shop } = context;
    const known = args.identifier == null ? null : identifiedDefinition(context, args.identifier);
    const id = known?.id ?? parseGid(args.id ?? "")?.id ?? "";
    const definition = shop.metafieldDefinitions.get(id);
    if (definition === undefined) {
      const userErrors = [{ field: ["id"], message: "Definition not found.", code: "NOT_FOUND" }];
      return { deletedDefinitionId: null, deletedDefinition: null, userErrors };
    }
    shop.metafieldDefinitions.delete(id);
    const { ownerType, namespace, key } = definition;
    for (const [place, one] of shop.metafields) {
      const belongs = one.namespace === namespace && one.key === key && ownerTypeOf(one.ownerId) === ownerType;
      if (belongs && args.deleteAllAssociatedMetafields === true) shop.metafields.delete(place);
    }
    context.store.touch();
    return {
      deletedDefinitionId: gid("MetafieldDefinition", id),
      deletedDefinition: { ownerType, namespace, key },
      userErrors: [],
    };
  },
};
