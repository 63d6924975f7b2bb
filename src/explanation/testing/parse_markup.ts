// A strict reader of the XML that pictures are made of: elements, attributes, text, the five entities; nothing else passes.

/** An element and all it holds. */
export interface MarkupElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly MarkupElement[];
  /** The text directly inside it. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
// XML 1.0, production 2: what no document may hold.
const FORBIDDEN = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const OPENING = /<([a-z]+)((?: [a-z][a-zA-Z-]*="[^"<]*")*)(\/?)>/y;
const ATTRIBUTE = / ([a-z][a-zA-Z-]*)="([^"]*)"/g;

function decode(text: string): string {
  return text.replace(/&([^;]*);?/g, (entity, name: string) => {
    if (!(name in ENTITIES) || !entity.endsWith(";")) throw new Error(`not an entity: ${entity.slice(0, 20)}`);
    return ENTITIES[name];
  });
}

/** Parses a document of one root element. Throws an Error where it is not well formed. */
export function parseMarkup(document: string): MarkupElement {
  const forbidden = FORBIDDEN.exec(document);
  if (forbidden !== null) throw new Error(`a character that XML forbids: ${JSON.stringify(forbidden[0])}`);
  let at = 0;
  const element = (): MarkupElement => {
    OPENING.lastIndex = at;
    const opening = OPENING.exec(document);
    if (opening === null) throw new Error(`not an element: ${document.slice(at, at + 60)}`);
    at = OPENING.lastIndex;
    const [, name, list, empty] = opening;
    const pairs = [...list.matchAll(ATTRIBUTE)].map(([, key, value]): [string, string] => [key, decode(value)]);
    const attributes = Object.fromEntries(pairs);
    if (Object.keys(attributes).length !== pairs.length) throw new Error(`an attribute twice: ${opening[0]}`);
    const children: MarkupElement[] = [];
    let text = "";
    for (let open = empty === ""; open; ) {
      const next = document.indexOf("<", at);
      if (next < 0) throw new Error(`no end of ${name}`);
      const content = document.slice(at, next);
      if (content.includes("]]>")) throw new Error(`"]]>" in ${name}`);
      text += decode(content);
      at = next;
      if (document.startsWith("</", at)) {
        if (!document.startsWith(`</${name}>`, at)) throw new Error(`wrong end of ${name}: ${document.slice(at, at + 20)}`);
        at += name.length + 3;
        open = false;
      } else children.push(element());
    }
    return { name, attributes, children, text };
  };
  const root = element();
  if (document.slice(at).trim() !== "") throw new Error(`more after the end: ${document.slice(at, at + 60)}`);
  return root;
}

/** Every element inside another that passes, outermost and first ones first. */
export function findAll(root: MarkupElement, passes: (element: MarkupElement) => boolean): MarkupElement[] {
  return root.children.flatMap((child) => [...(passes(child) ? [child] : []), ...findAll(child, passes)]);
}
