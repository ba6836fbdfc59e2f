// The project's root folder. This file runs from source and from the build, which lie at different depths below the root.
import fs from "node:fs";
import path from "node:path";

const find = (folder: string): string =>
  fs.existsSync(path.join(folder, "package.json")) || folder === path.dirname(folder)
    ? folder
    : find(path.dirname(folder));

export const PROJECT = find(import.meta.dirname);
