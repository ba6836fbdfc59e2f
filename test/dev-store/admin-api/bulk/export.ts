// Writes the answer of a query as JSONL: each node of a connection is a line, and a nested node names its parent in __parentId.

type Json = Record<string, unknown>;
export type Line = { json: Json; children: Line[] };

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nodesOf(value: unknown): Json[] | null {
  if (!isRecord(value) || !Array.isArray(value["edges"])) return null;
  return value["edges"].map((edge: unknown) => (isRecord(edge) ? edge["node"] : null)).filter(isRecord);
}

/** The lines of everything in an answer's `data`. */
export function linesOf(data: unknown): Line[] {
  const lines: Line[] = [];
  strip(data, null, lines);
  return lines;
}

function lineOf(node: Json, parentId: unknown): Line {
  const line: Line = { json: {}, children: [] };
  line.json = strip(node, node["id"], line.children);
  if (parentId !== null) line.json["__parentId"] = parentId;
  return line;
}

/** Returns the value without its connections, and adds the connections' nodes to `lines`. */
function strip(value: unknown, ownerId: unknown, lines: Line[]): Json {
  const kept: Json = {};
  if (!isRecord(value)) return kept;
  for (const [name, inner] of Object.entries(value)) {
    const nodes = nodesOf(inner);
    if (nodes !== null) lines.push(...nodes.map((node) => lineOf(node, ownerId)));
    else kept[name] = isRecord(inner) ? strip(inner, ownerId, lines) : inner;
  }
  return kept;
}

/** Each parent, followed by its children. */
export function grouped(lines: Line[]): Json[] {
  return lines.flatMap((line) => [line.json, ...grouped(line.children)]);
}

/** Shopify promises no order. In every other batch the children come before all parents. */
export function ungrouped(lines: Line[], childrenFirst: boolean): Json[] {
  const parents = lines.map((line) => line.json);
  const children = lines.flatMap((line) => line.children).reverse();
  if (children.length === 0) return parents;
  const below = ungrouped(children, childrenFirst);
  return childrenFirst ? [...below, ...parents] : [...parents, ...below];
}
