// What a generation gave, all of it, with the rules that every stream of events keeps checked on the way.

import { expect } from "vitest";
import { type GenerationEvent, type GenerationRequest, generateText, type SampleEvent } from "../generate.js";
import type { ReadingState } from "./tiny_decoders.js";

/** All events, in order. */
export async function collect(request: GenerationRequest<ReadingState>): Promise<GenerationEvent[]> {
  const events: GenerationEvent[] = [];
  for await (const event of generateText(request)) events.push(event);
  return events;
}

/** The complete samples by index, after checking that the streamed pieces make up each text, and come before its end. */
export async function samples(request: GenerationRequest<ReadingState>): Promise<SampleEvent[]> {
  const streamed = new Map<number, string>();
  const complete: SampleEvent[] = [];
  for (const event of await collect(request)) {
    expect(complete[event.sample]).toBeUndefined();
    if (event.type === "text") {
      expect(event.text).not.toBe("");
      streamed.set(event.sample, (streamed.get(event.sample) ?? "") + event.text);
    } else {
      expect(event.text).toBe(streamed.get(event.sample) ?? "");
      complete[event.sample] = event;
    }
  }
  return complete;
}
