import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * Writes into the built page the digest of each script and style that it loads: what was changed on the way does not run.
 * It reads what was written: Vite fills the list of each lazy page's files into its code last of all.
 */
export function subresourceIntegrity(): Plugin {
  return {
    name: "subresource-integrity",
    apply: "build",
    enforce: "post",
    writeBundle({ dir }) {
      const page = join(dir ?? "", "index.html");
      if (dir === undefined || !existsSync(page)) return;
      const html = readFileSync(page, "utf8").replace(
        /<(script|link)\b[^>]*?\b(?:src|href)="\/([^"]+)"[^>]*>/g,
        (tag: string, kind: string, name: string) => {
          const isChecked = kind === "script" || /rel="(?:stylesheet|modulepreload)"/.test(tag);
          const file = join(dir, name);
          return isChecked && existsSync(file) ? tag.replace(`<${kind}`, `<${kind} integrity="${digest(file)}"`) : tag;
        },
      );
      writeFileSync(page, html);
    },
  };
}

const digest = (file: string) => `sha384-${createHash("sha384").update(readFileSync(file)).digest("base64")}`;
