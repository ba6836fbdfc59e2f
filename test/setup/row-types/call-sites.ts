// Finds every call of the app that declares a row type: tx.rows<Row>, directory<Row> and query<Row>.
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

export type CallSite = {
  /** `app/file.ts:line` */
  place: string;
  /** `app/file.ts` and the function around the call. It stays the same when lines move. */
  within: string;
  row: ts.Type;
  call: ts.CallExpression;
};

const PROJECT = path.resolve(import.meta.dirname, "../../..");
const GIVES_ROWS = /\/app\/db\.server\.ts$/;

/** `root` holds a folder `app`. */
export function readCallSites(root: string): { sites: CallSite[]; checker: ts.TypeChecker } {
  const config = ts.readConfigFile(path.join(PROJECT, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, PROJECT);
  const files = fs
    .readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))
    .map((name) => path.join(root, "app", name));
  const program = ts.createProgram(files, { ...options, incremental: false, tsBuildInfoFile: undefined });
  const checker = program.getTypeChecker();
  const calls = files.flatMap((file) => callsIn(program.getSourceFile(file)));
  const asking = calls.flatMap((call) => {
    const row = rowOf(call, checker);
    return row ? [{ call, row }] : [];
  });
  const handing = new Map(asking.flatMap(({ row }) => handedOn(row)));
  const further = calls.flatMap((call) => {
    const declared = checker.getResolvedSignature(call)?.declaration;
    const given = declared && call.typeArguments?.[handing.get(declared) ?? -1];
    return given ? [{ call, row: checker.getTypeFromTypeNode(given) }] : [];
  });
  const promising = [...asking, ...further].filter(({ row }) => !(row.flags & PROMISES_NOTHING));
  return { checker, sites: promising.map(({ call, row }) => ({ ...placeOf(call, root), row, call })) };
}

function callsIn(node: ts.Node | undefined): ts.CallExpression[] {
  if (!node) return [];
  const calls = ts.isCallExpression(node) ? [node] : [];
  ts.forEachChild(node, (child) => void calls.push(...callsIn(child)));
  return calls;
}

/** Row types that cannot be compared: `unknown`, `object`, and a type parameter, which the caller fills in. */
const PROMISES_NOTHING =
  ts.TypeFlags.Unknown | ts.TypeFlags.Never | ts.TypeFlags.NonPrimitive | ts.TypeFlags.TypeParameter;

const givesRows = (declared: ts.Node | undefined) => GIVES_ROWS.test(declared?.getSourceFile().fileName ?? "");

/** The row type of a call: the type argument, or the type inferred from the context. */
function rowOf(call: ts.CallExpression, checker: ts.TypeChecker): ts.Type | undefined {
  const name = nameOf(call);
  const [given] = call.typeArguments ?? [];
  if (name === "query" && given) return checker.getTypeFromTypeNode(given);
  if (name !== "rows" && name !== "directory") return undefined;
  const signature = checker.getResolvedSignature(call);
  if (!givesRows(signature?.declaration)) return undefined;
  const rows = signature && checker.getAwaitedType(signature.getReturnType());
  return rows && checker.isArrayType(rows) ? checker.getTypeArguments(rows as ts.TypeReference)[0] : undefined;
}

/** If the row type is a type parameter of the function around the call: that function, and the parameter's index. */
function handedOn(row: ts.Type): [ts.Node, number][] {
  const declared = row.symbol?.declarations?.[0];
  if (!declared || !ts.isTypeParameterDeclaration(declared)) return [];
  const by = declared.parent as ts.SignatureDeclaration;
  return givesRows(by) ? [] : [[by, by.typeParameters?.indexOf(declared) ?? -1]];
}

const nameNode = ({ expression }: ts.CallExpression) =>
  ts.isPropertyAccessExpression(expression) ? expression.name : expression;

const nameOf = (call: ts.CallExpression) => nameNode(call).getText();

/** The line is that of the method's name, because `.rows` may be on another line than the start of the expression. */
function placeOf(call: ts.CallExpression, root: string): { place: string; within: string } {
  const source = call.getSourceFile();
  const file = path.relative(root, source.fileName);
  const line = source.getLineAndCharacterOfPosition(nameNode(call).getStart()).line + 1;
  let around: ts.Node = call;
  while (!ts.isSourceFile(around.parent)) around = around.parent;
  return { place: `${file}:${line}`, within: `${file} ${declaredName(around)}` };
}

function declaredName(node: ts.Node): string {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.name.getText() ?? "";
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) ? (node.name?.getText() ?? "") : "";
}
