// Attributes and functions of the segment language without their SQL, for the checker and the editor.

export type ValueType = "date" | "enum" | "float" | "integer" | "string" | "boolean" | "id";
export type ListType = "list<string>" | "list<enum>" | "list<id>";

/**
 * How values are named for a person: by a locale key for each value, or by the kind of code that the values are. A value
 * without a name is shown as it is.
 */
export type Named = Readonly<Record<string, string>> | "country" | "region" | "city" | "language";

/** The values that a query may compare with. */
export type ValueShape = {
  /** The closed list of an enum. */
  values?: readonly string[];
  named?: Named;
  /** The editor can load the shop's own values. */
  suggests?: true;
};

export type AttributeShape = ValueShape & {
  /** Key of a locale file. */
  label: string;
  /** The editor's group of attributes: the first entry of `reads`. Left out for plugins' records: the group `other`. */
  about?: string;
  type: ValueType | ListType;
  /** Values are compared without regard to case. */
  anyCase?: true;
  /** IS NULL and IS NOT NULL are allowed. Dates and lists allow them in any case. */
  nullable?: true;
};

export type ParamShape = ValueShape & {
  label: string;
  /** A parameter of two types takes literals of either type. */
  type: ValueType | readonly ValueType[];
  /** The suggestions are all values that there are, so that another value is probably a mistake. */
  closed?: true;
};

export type FunctionShape = {
  label: string;
  /** As `AttributeShape.about`. */
  about?: string;
  /** Every parameter is optional. */
  params: Record<string, ParamShape>;
};

/** Plain data, sent to the browser. */
export type Catalogue = {
  attributes: Record<string, AttributeShape>;
  functions: Record<string, FunctionShape>;
};
