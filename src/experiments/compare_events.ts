// What a comparison tells whoever listens: plain objects.

import type { Figure } from "../evaluation/figure.js";
import type { Stage, StageProgress } from "./compare_member.js";
import type { ComparedMember, Comparison } from "./comparison.js";

/** Emitted once, before the first training. */
export interface CompareStartEvent {
  readonly type: "start";
  readonly folder: string;
  readonly members: readonly string[];
  /** Those that an earlier process completed: they are not done again. */
  readonly done: readonly string[];
  readonly notices: readonly string[];
}

/** A family's speed is looked at, to know how many steps the minutes are. */
export interface ComparePlanningEvent {
  readonly type: "planning";
  readonly member: string;
  readonly position: number;
  readonly count: number;
}

/** What the stage under way tells. */
export interface CompareProgressEvent {
  readonly type: "progress";
  readonly member: string;
  /** The how manieth of how many. */
  readonly position: number;
  readonly count: number;
  readonly stage: Stage;
  readonly progress: StageProgress;
}

/** A member in a few numbers. */
export interface CompareMemberSummary extends Pick<ComparedMember, "name" | "family" | "seed" | "status" | "parameters"> {
  readonly failure?: string;
  readonly bitsPerCharacter: Figure | null;
  /** Whether that is an upper bound. */
  readonly bound: boolean;
  /** At temperature 1. */
  readonly bleu3: Figure | null;
  readonly selfBleu3: Figure | null;
  readonly steps: number | null;
  readonly seconds: number | null;
}

/** A member is complete. */
export type CompareMemberEvent = { readonly type: "member"; /** All that is known by now. */ readonly comparison: Comparison } & CompareMemberSummary;

export interface CompareFailedEvent {
  readonly type: "failed";
  readonly member: string;
  readonly failure: string;
}

/** Emitted once, at the end. */
export interface CompareEndEvent {
  readonly type: "end";
  readonly folder: string;
  readonly reason: "complete" | "interrupted";
  readonly members: readonly CompareMemberSummary[];
}

export type CompareEvent = CompareStartEvent | ComparePlanningEvent | CompareProgressEvent | CompareMemberEvent | CompareFailedEvent | CompareEndEvent;
