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

/** Colours of numbers below and above 0, which is the light one in the middle: orange to blue, told apart by all readers. */
export const signedStops: readonly string[] = "8a3c00 b95f0e e0913f f3c48f f6f2ec b9d4f9 76a9ea 3b78c8 0d418f".split(" ");

/**
 * The colour at a place on a scale, its stops joined by straight lines in sRGB.
 * @param fraction from 0 to 1; anything outside counts as the nearer end
 * @returns `#rrggbb`
 */
export const colourAt = (scheme: ColourScheme, fraction: number): string => between(colourStops[scheme], fraction);

/** The colour of a number from −1 to 1, likewise. */
export const signedColourAt = (number: number): string => between(signedStops, (number + 1) / 2);

function between(stops: readonly string[], fraction: number): string {
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

/** Relative luminance of a colour `#rrggbb` (Web Content Accessibility Guidelines 2.2). */
export function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever can be read better on a colour. */
export const inkOn = (colour: string): "#000000" | "#ffffff" => (luminance(colour) > 0.179 ? "#000000" : "#ffffff");
