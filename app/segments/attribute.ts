// What the segment language can ask about: shapes for the checker and the editor (pure), SQL for the compiler (server).

export type ValueType = "date" | "enum" | "float" | "integer" | "string" | "boolean" | "id";
export type ListType = "list<string>" | "list<enum>" | "list<id>";

/**
 * How values are called: by a key of a locale file each, or by what they are codes of, for which the reader's language has
 * names of its own. What has no name is called by itself.
 */
export type Named = Readonly<Record<string, string>> | "country" | "region" | "city" | "language";

/** What is known of the values that may be asked for. */
export type ValueShape = {
  /** The closed list of an enum. */
  values?: readonly string[];
  named?: Named;
  /** The shop's own values can be asked for. */
  suggests?: true;
};

export type AttributeShape = ValueShape & {
  /** Key of a locale file. */
  label: string;
  /** What in a shop it tells of: the first of the changes that can change it. */
  about?: string;
  type: ValueType | ListType;
  /** Values are compared without regard to case. */
  anyCase?: true;
  /** IS NULL is asked although the type alone does not bring it (dates and lists do). */
  nullable?: true;
};

export type ParamShape = ValueShape & {
  label: string;
  /** One of two types takes either literal. */
  type: ValueType | readonly ValueType[];
};

export type FunctionShape = {
  label: string;
  /** As of an attribute. */
  about?: string;
  /** All are optional. */
  params: Record<string, ParamShape>;
};

/** What `check` and the editor know; plain data, so that it crosses to the browser. */
export type Catalogue = {
  attributes: Record<string, AttributeShape>;
  functions: Record<string, FunctionShape>;
};
