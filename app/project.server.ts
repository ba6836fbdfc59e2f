// Where the project lies: files run as they are, and out of the build, which lies deeper.
import fs from "node:fs";
import path from "node:path";

const find = (folder: string): string =>
  fs.existsSync(path.join(folder, "package.json")) || folder === path.dirname(folder)
    ? folder
    : find(path.dirname(folder));

export const PROJECT = find(import.meta.dirname);
