// The frame of every page that is written: one file that carries its data and its script, and reaches for nothing else.

import { escapeMarkup, jsonForScript } from "./markup.js";

/** Nothing is fetched, from anywhere, whatever a text says; and nothing is run where the page has no script. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export interface HtmlPage {
  /** Plain text; also the page's heading. */
  readonly title: string;
  readonly style: string;
  /** Markup behind the heading. */
  readonly body: string;
  /** What the script finds in the element `data`, as JSON; of a page with a script. */
  readonly data?: unknown;
  readonly script?: string;
}

/** A whole page. */
export function htmlPage({ title, style, body, data, script }: HtmlPage): string {
  const policy = script === undefined ? POLICY : `${POLICY}; script-src 'unsafe-inline'`;
  const scripts = script === undefined ? "" : `<script type="application/json" id="data">${jsonForScript(data)}</script>\n<script>${script}</script>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1 dir="auto">${escapeMarkup(title)}</h1>
${body}
</main>
${scripts}</body>
</html>
`;
}
