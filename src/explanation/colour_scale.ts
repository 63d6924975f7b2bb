// Colours for weights: scales whose equal steps look equal, and that keep their order in grey and for the colour-blind.

/** The scales there are. */
export type ColourScheme = "viridis" | "blue";

/** Colours at equal distances from weight 0 to the largest, as RRGGBB. */
export const colourStops: Readonly<Record<ColourScheme, readonly string[]>> = {
  // Every sixteenth colour of viridis (Smith and van der Walt 2015, dedicated to the public domain, CC0).
  viridis: (
    "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c " +
    "1f9f88 27ad81 3dbc74 5cc863 81d34d aadc32 d5e21a fde725"
  ).split(" "),
  // One hue (255°) of Oklab (Ottosson 2020), lightness falling evenly from 0.985 to 0.28: spares ink, good for print.
  blue: (
    "f7fafe dfedff c7dfff b1d1fb 9cc4f6 88b6f0 75a8e8 639adf 528cd4 " +
    "437ec8 3571ba 2964aa 1f5799 174b87 113f74 0c3461 0a294d"
  ).split(" "),
};

/** The names of the scales, the default one first. */
export const colourSchemes: readonly ColourScheme[] = ["viridis", "blue"];

/**
 * The colour at a place on a scale, its stops joined by straight lines in sRGB.
 * @param fraction from 0 to 1; anything outside counts as the nearer end
 * @returns `#rrggbb`
 */
export function colourAt(scheme: ColourScheme, fraction: number): string {
  const stops = colourStops[scheme];
  const place = Math.min(1, Math.max(0, fraction)) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  let colour = "#";
  for (const at of [0, 2, 4]) {
    const low = Number.parseInt(stops[below].slice(at, at + 2), 16);
    const high = Number.parseInt(stops[below + 1].slice(at, at + 2), 16);
    colour += Math.round(low + (high - low) * (place - below)).toString(16).padStart(2, "0");
  }
  return colour;
}
