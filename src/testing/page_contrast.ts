// How well the texts of an open page stand out from what is behind them, from the styles that the browser has computed.

import type { Page } from "playwright-core";

/** A text that stands out too little. */
export interface FaintText {
  readonly text: string;
  /** 1 to 21 (WCAG 2.2, "contrast ratio"). */
  readonly contrast: number;
}

// Runs in the page. Behind the text of a picture is the picture's own page, where it has one.
const MEASURE = `(least) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const luminance = (rgb) => rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    const style = getComputedStyle(element);
    const rect = element.localName === "svg" ? element.querySelector(":scope > rect.page") : null;
    const own = parse(rect ? getComputedStyle(rect).fill : style.backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(element.parentElement));
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.data.trim();
    if (text === "" || element.closest("script, style, title, desc, noscript, option") || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(element);
    const page = behind(element);
    const ink = over(parse(element.namespaceURI.endsWith("/svg") ? style.fill : style.color), page);
    const [low, high] = [luminance(ink), luminance(page)].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < least) faint.push({ text: text.slice(0, 40), contrast });
  }
  return faint;
}`;

/** Visible texts of less contrast than that: 4.5 is what WCAG 2.2, 1.4.3, asks for. */
export const faintTexts = (page: Page, least = 4.5): Promise<FaintText[]> => page.evaluate(`(${MEASURE})(${least})`);
