// Text inside XML and HTML: whatever it holds, it stays text.

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text as the content of an element or the value of a quoted attribute, in XML as in HTML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/**
 * JSON as the content of an HTML `script` element: no `<` that could end it or open a comment in it (HTML Living
 * Standard, section 4.12.1.3), and all that is not ASCII escaped, so that no encoding can harm it.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u007F-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
