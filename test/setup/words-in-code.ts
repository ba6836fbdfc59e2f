// Finds the locale keys that the code uses: as a text, as a template, or in a Liquid file.
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

export interface NamedKeys {
  /** Every text of the code that could be a key. */
  texts: Set<string>;
  /** Templates whose gaps are filled at run time, as patterns over keys. */
  patterns: RegExp[];
  /** Texts and templates that are certainly looked up, with the place. */
  lookups: { key: string | RegExp; place: string }[];
}

const LOOKS_LIKE_A_KEY = /^[a-z][\w-]*(\.[\w-]+)+$/i;
const WORD_PROPERTIES = new Set(["label", "description", "help", "titleKey", "labelKey", "textKey"]);

export function sourceFiles(folder: string, suffixes: RegExp): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => suffixes.test(name) && !/(^|[\\/])(node_modules|dist|tests?)[\\/]|\.test\./.test(name))
    .map((name) => path.join(folder, name));
}

export function keysInCode(files: string[], root: string): NamedKeys {
  const found: NamedKeys = { texts: new Set(), patterns: [], lookups: [] };
  for (const file of files) {
    const text = fs.readFileSync(file, "utf8");
    if (file.endsWith(".liquid")) {
      for (const [, key] of text.matchAll(/['"]([\w.-]+)['"]\s*\|\s*t\b/g)) note(found, key ?? "", place(root, file));
      for (const [, key] of text.matchAll(/"t:([\w.-]+)"/g)) found.texts.add(key ?? "");
    } else visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), found, place(root, file));
  }
  return found;
}

const place = (root: string, file: string) => path.relative(root, file);

function note(found: NamedKeys, key: string, where: string) {
  found.texts.add(key);
  found.lookups.push({ key, place: where });
}

function visit(node: ts.Node, found: NamedKeys, where: string) {
  if (ts.isStringLiteralLike(node)) {
    found.texts.add(node.text);
    if (isLookup(node)) found.lookups.push({ key: node.text, place: where });
  } else if (ts.isTemplateExpression(node)) {
    const pattern = patternOf(node);
    if (pattern) {
      found.patterns.push(pattern);
      if (isLookup(node)) found.lookups.push({ key: pattern, place: where });
    }
  }
  ts.forEachChild(node, (child) => visit(child, found, where));
}

/** The argument of t(…), translate(…) or UserError, or a property that always holds a key. */
function isLookup(node: ts.StringLiteralLike | ts.TemplateExpression): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.arguments[0] === node) {
    const callee = parent.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : "";
    return name === "t" || name === "translate";
  }
  if (ts.isNewExpression(parent) && parent.arguments?.[0] === node) return parent.expression.getText() === "UserError";
  if (!ts.isPropertyAssignment(parent) || !ts.isStringLiteralLike(node)) return false;
  return WORD_PROPERTIES.has(parent.name.getText()) && LOOKS_LIKE_A_KEY.test(node.text);
}

/** Refuses a template with little more than the first part of a key, because such a template would match almost every key. */
function patternOf(node: ts.TemplateExpression): RegExp | undefined {
  const pieces = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
  const certain = pieces.join("");
  if (!/^[\w.-]*$/.test(certain) || certain.split(".").filter(Boolean).length < 2) {
    if (!/^_\w{3,}$/.test(certain)) return undefined;
  }
  return new RegExp(`^${pieces.map((piece) => piece.replaceAll(".", "\\.")).join("[\\w.-]+")}$`);
}
