// Tables of a comparison as HTML: members as rows, the best of each column marked by a sign, not by a colour alone.

import { lookOf, marker, MARKER_RADIUS } from "../explanation/line_chart_marker.js";
import { escapeMarkup } from "../explanation/markup.js";
import { visibleText } from "../explanation/token_label.js";
import type { ComparedFamily } from "./comparison.js";
import { lookOfFamily } from "./comparison_charts.js";
import type { Column } from "./comparison_columns.js";
import type { Cell, Row } from "./comparison_rows.js";

/** Anything from outside as the content of an element: visible on one line, and only text. */
export const escaped = (text: string): string => escapeMarkup(visibleText(text));

/** A member's name at the head of its row, with its sign in the charts. */
export const memberHead = (family: ComparedFamily | null, name: string): string => `<th scope="row"><div class="who">${swatch(family)}<span dir="auto">${escaped(name)}</span></div></th>`;

/** The colour and shape of a family, as in the charts. */
export function swatch(family: ComparedFamily | null): string {
  if (family === null) return "";
  const { hue, shape } = lookOf(lookOfFamily(family));
  return `<svg class="swatch" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true"><g class="${hue}">${marker(shape, 0, 0, MARKER_RADIUS + 1)}</g></svg>`;
}

const SIGNS = { best: '<span class="sign" title="best"><span aria-hidden="true">★</span><span class="aside"> best</span></span>', near: '<span class="sign" title="not told apart from the best"><span aria-hidden="true">≈</span><span class="aside"> not told apart from the best</span></span>' };

function cellHtml({ text, interval, mark }: Cell): string {
  const value = mark === "best" ? `<b>${text}</b>` : text;
  return `<td>${value}${mark === null ? "" : SIGNS[mark]}${interval === "" ? "" : `<span class="interval">${interval}</span>`}</td>`;
}

const NAMES: Readonly<Record<Column["group"], string>> = { prediction: "Prediction", size: "Size", training: "Training", writing: "Writing" };

/** The columns in groups that stand beside each other. */
function groupsOf(columns: readonly Column[]): { readonly name: string; readonly count: number }[] {
  const groups: { name: string; count: number }[] = [];
  for (const { group } of columns) {
    const last = groups.at(-1);
    if (last?.name === NAMES[group]) last.count++;
    else groups.push({ name: NAMES[group], count: 1 });
  }
  return groups;
}

const rowHtml = (row: Row, columns: number): string => {
  const cells = row.status === null ? row.cells.map(cellHtml).join("") : `<td class="status" colspan="${columns}"><span dir="auto">${escaped(row.status)}</span></td>`;
  return `<tr class="${row.kind}">${memberHead(row.family, row.name)}${cells}</tr>`;
};

export interface MemberTable {
  /** Plain text. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A region that is scrolled sideways where it is too wide, by the keyboard too. */
export const scrolled = (label: string, inside: string): string => `<div class="scroll" role="region" tabindex="0" aria-label="${escapeMarkup(label)}">\n${inside}\n</div>`;

/** A table in a region that scrolls by itself. */
export function memberTable({ caption, columns, rows }: MemberTable): string {
  const groups = groupsOf(columns);
  const upper = groups.length < 2 ? "" : `<tr><td></td>${groups.map(({ name, count }) => `<th scope="colgroup" colspan="${count}">${name}</th>`).join("")}</tr>\n`;
  const head = columns.map(({ name, explain }) => `<th scope="col" title="${escapeMarkup(explain)}">${escapeMarkup(name.replaceAll("-", "\u2011"))}</th>`).join("");
  const colgroups = groups.map(({ count }) => `<colgroup span="${count}"></colgroup>`).join("");
  return scrolled(
    caption,
    `<table><caption><span>${escapeMarkup(caption)}</span></caption><colgroup></colgroup>${colgroups}
<thead>${upper}<tr><th scope="col">Family</th>${head}</tr></thead>
<tbody>
${rows.map((row) => rowHtml(row, columns.length)).join("\n")}
</tbody></table>`,
  );
}
