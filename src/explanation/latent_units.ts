// The units of a latent space as bars: what their axes reach over, and the order they stand in.

import { ACTIVE_FROM, type LatentUnit } from "./latent_map.js";

/** What the two charts of units reach over. */
export interface UnitAxes {
  /** Powers of ten at the ends of the logarithmic axis of activities: an activity below the first has no height. */
  readonly lowDecade: number;
  readonly highDecade: number;
  /** The end of the axis of divergences, which begins at 0 nats. */
  readonly highDivergence: number;
}

// Far below the threshold the exact order no longer matters, and would flatten what does.
const LOWEST_DECADE = -5;

/** Whole decades around all activities and the threshold; divergences up to the largest. */
export function unitAxes(units: readonly LatentUnit[]): UnitAxes {
  const activities = units.map(({ activity }) => activity).filter((activity) => activity > 0);
  const threshold = Math.log10(ACTIVE_FROM);
  const decades = activities.map((activity) => Math.log10(activity));
  const low = decades.reduce((least, decade) => Math.min(least, decade), threshold - 1);
  const high = decades.reduce((most, decade) => Math.max(most, decade), threshold + 1);
  const highDivergence = units.reduce((most, { divergence }) => Math.max(most, divergence), 0);
  return { lowDecade: Math.max(LOWEST_DECADE, Math.floor(low)), highDecade: Math.max(0, Math.ceil(high)), highDivergence: highDivergence || 1 };
}

/** How high an activity stands on the axis, from 0 to 1. */
export function activityHeight(activity: number, { lowDecade, highDecade }: UnitAxes): number {
  if (activity <= 0) return 0;
  return Math.max(0, (Math.log10(activity) - lowDecade) / (highDecade - lowDecade));
}

/** Units from the most active to the least. */
export function byActivity(units: readonly LatentUnit[]): number[] {
  return units.map((_, unit) => unit).sort((a, b) => units[b].activity - units[a].activity || a - b);
}
