// The faults that graphql-js finds in a query, with the messages and codes of Shopify's Admin API.

import type { ASTNode, GraphQLError } from "graphql";
import { print } from "graphql";

export type FaultWords = {
  message: string;
  extensions: Record<string, unknown>;
  /** The path after the fault's field. */
  path: string[];
  /** Shopify reports the field's location, not the value's. */
  onField: boolean;
};

type Rule = [
  RegExp,
  (parts: string[], fault: GraphQLError) => Omit<FaultWords, "path" | "onField"> & Partial<FaultWords>,
];

const RULES: Rule[] = [
  [
    /^Cannot query field "(.+?)" on type "(.+?)"/,
    ([name = "", type = ""]) => ({
      message: `Field '${name}' doesn't exist on type '${type}'`,
      extensions: { code: "undefinedField", typeName: type, fieldName: name },
    }),
  ],
  [
    /^Unknown argument "(.+?)" on field "(?:.+?)\.(.+?)"/,
    ([argument = "", field = ""]) => ({
      message: `Field '${field}' doesn't accept argument '${argument}'`,
      extensions: { code: "argumentNotAccepted", name: field, typeName: "Field", argumentName: argument },
    }),
  ],
  [
    /^Field "(.+?)" is not defined by type "(.+?)"/,
    ([field = "", type = ""]) => ({
      message: `InputObject '${type}' doesn't accept argument '${field}'`,
      extensions: { code: "argumentNotAccepted", name: type, typeName: "InputObject", argumentName: field },
    }),
  ],
  [
    /^Field "(.+?)" argument "(.+?)" of type "(?:.+?)" is required/,
    ([field = "", argument = ""]) => ({
      message: `Field '${field}' is missing required arguments: ${argument}`,
      extensions: { code: "missingRequiredArguments", className: "Field", name: field, arguments: argument },
    }),
  ],
  [
    /^Field "(.+?)\.(.+?)" of required type "(.+?)" was not provided/,
    ([type = "", field = "", wanted = ""]) => ({
      message: `Argument '${field}' on InputObject '${type}' is required. Expected type ${wanted}`,
      extensions: {
        code: "missingRequiredInputObjectAttribute",
        argumentName: field,
        argumentType: wanted,
        inputObjectType: type,
      },
      path: [field],
    }),
  ],
  [
    /^Field "(.+?)" of type "(.+?)" must have a selection of subfields/,
    ([field = "", type = ""]) => ({
      message: `Field must have selections (field '${field}' returns ${bare(type)} but has no selections. Did you mean '${field} { ... }'?)`,
      extensions: { code: "selectionMismatch", nodeName: `field '${field}'`, typeName: bare(type) },
    }),
  ],
  [
    /^Field "(.+?)" must not have a selection since type "(.+?)" has no subfields/,
    ([field = "", type = ""]) => ({
      message: `Selections can't be made on scalars (field '${field}' returns ${bare(type)} but has selections)`,
      extensions: { code: "selectionMismatch", nodeName: `field '${field}'`, typeName: bare(type) },
    }),
  ],
  [
    /^Variable "\$(.+?)" is not defined(?: by operation "(.+?)")?/,
    ([name = "", operation = "anonymous query"]) => ({
      message: `Variable $${name} is used by ${operation} but not declared`,
      extensions: { code: "variableNotDefined", variableName: name },
    }),
  ],
  [
    /^Variable "\$(.+?)" is never used(?: in operation "(.+?)")?/,
    ([name = "", operation = "anonymous query"]) => ({
      message: `Variable $${name} is declared by ${operation} but not used`,
      extensions: { code: "variableNotUsed", variableName: name },
    }),
  ],
  [
    /^Variable "\$(.+?)" of type "(.+?)" used in position expecting type "(.+?)"/,
    ([name = "", type = "", wanted = ""]) => ({
      message: `Type mismatch on variable $${name} and argument (${type} / ${wanted})`,
      extensions: { code: "variableMismatch", variableName: name, typeName: type, argumentName: wanted },
    }),
  ],
  [
    /^Unknown fragment "(.+?)"/,
    ([name = ""]) => ({
      message: `Fragment ${name} was used, but not defined`,
      extensions: { code: "useAndDefineFragment", fragmentName: name },
    }),
  ],
  [
    /^Fragment "(.+?)" is never used/,
    ([name = ""]) => ({
      message: `Fragment ${name} was defined, but not used`,
      extensions: { code: "useAndDefineFragment", fragmentName: name },
    }),
  ],
  [
    /^Invalid global id '/,
    (_parts, fault) => ({
      message: fault.message,
      extensions: { code: "argumentLiteralsIncompatible", typeName: "CoercionError" },
      onField: true,
    }),
  ],
  [
    /^(?:Value "(?:.+?)" does not exist in "(.+?)" enum|Enum "(.+?)" cannot represent|Expected value of type "(.+?)"|(\w+) cannot represent)/,
    (parts, fault) => {
      const type = parts.find((part) => part !== undefined) ?? "";
      return {
        message: `Argument has an invalid value (${literal(fault.nodes?.[0])}). Expected type '${type}'.`,
        extensions: { code: "argumentLiteralsIncompatible", typeName: "Field" },
        onField: true,
      };
    },
  ],
];

export function wordFault(fault: GraphQLError): FaultWords {
  for (const [pattern, words] of RULES) {
    const match = pattern.exec(fault.message);
    if (match !== null) return { path: [], onField: false, ...words(match.slice(1), fault) };
  }
  return { message: fault.message, extensions: { code: "invalidQuery" }, path: [], onField: false };
}

function bare(type: string): string {
  return type.replace(/[![\]]/g, "");
}

function literal(node: ASTNode | undefined): string {
  return node === undefined ? "" : print(node);
}
