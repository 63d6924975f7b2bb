// A comparison under way: each family trained and measured in turn, each stage kept when it is done; one that fails does not stop the rest.

import { availableParallelism, cpus } from "node:os";
import { basename, join } from "node:path";
import { WordloomError } from "../errors.js";
import { packageVersion } from "../storage/package_version.js";
import { shellArgument } from "../training/shell_argument.js";
import { passageUnit } from "../evaluation/passages.js";
import { charactersIn } from "../text/corpus.js";
import { partFile, writeParts, type PreparedData } from "./compare_data.js";
import type { CompareEvent, CompareMemberSummary } from "./compare_events.js";
import type { ComparisonIdentity, ComparisonState, PlannedMember } from "./compare_folder.js";
import { nextStage, readingOf, runStage, type MemberRequest, type Stage, type StageResult } from "./compare_member.js";
import type { CompareOptions } from "./compare_options.js";
import { planFamily, type PlannedOptions } from "./compare_plan.js";
import { COMPARED_FAMILIES, type ComparedFamily, type ComparedMember, type Comparison } from "./comparison.js";
import { describeRun } from "./describe_run.js";
import type { StudyFolder } from "./study_folder.js";
import { trainCommand } from "./train_command.js";
import { OF_ONE_TRAINING } from "./trial.js";

/** How a comparison ended. */
export interface CompareOutcome {
  readonly reason: "complete" | "interrupted";
  readonly folder: string;
  readonly comparison: Comparison;
}

export interface CompareControl {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: CompareEvent) => void;
  /** The command as it was typed, to be shown. */
  readonly command?: string;
}

/** The trainings of another comparison: one a family, and with which seeds. */
export interface ComparisonPlan {
  readonly families: readonly PlannedMember[];
  readonly members: readonly Pick<ComparedMember, "family" | "seed">[];
}

const memberName = (family: ComparedFamily, seed: number, first: number): string => (seed === first ? family : `${family}-${seed - first + 1}`);

function newMember(name: string, family: ComparedFamily, seed: number): ComparedMember {
  return { name, family, seed, status: "waiting", failure: null, notices: [], command: "", sizes: "", parameters: null, bytes: null, vocabularySize: null, training: null, prediction: null, generations: [] };
}

export interface StudyParts {
  readonly path: string;
  readonly folder: StudyFolder<ComparisonState>;
  readonly data: PreparedData;
  readonly identity: ComparisonIdentity;
  readonly options: CompareOptions;
  readonly control: CompareControl;
  readonly begun: ComparisonState | null;
  readonly plan: ComparisonPlan | null;
}

/** A comparison under way. */
export class ComparisonStudy {
  private state: ComparisonState;
  private readonly signal: AbortSignal;

  constructor(private readonly parts: StudyParts) {
    const { options, identity, begun, plan, data } = parts;
    const families = options.families ?? (begun ? COMPARED_FAMILIES.filter((family) => begun.members.some((member) => member.family === family)) : COMPARED_FAMILIES);
    const { seed: first } = identity.reading;
    const asked = Array.from({ length: options.seeds }, (_, i) => first + i).flatMap((seed) => families.map((family) => ({ family, seed })));
    const wanted = [...(begun?.members ?? []), ...(plan?.members ?? asked)];
    const members = new Map<string, ComparedMember>();
    for (const { family, seed } of wanted) {
      const name = memberName(family, seed, first);
      const known = begun?.members.find((member) => member.name === name);
      // One that failed is tried again: what stood in its way may be gone.
      members.set(name, known ? (known.status === "failed" ? { ...known, status: "waiting", failure: null } : known) : newMember(name, family, seed));
    }
    this.state = {
      identity,
      plan: begun?.plan ?? plan?.families ?? [],
      unit: begun?.unit ?? null,
      real: begun?.real ?? null,
      realTexts: begun?.realTexts ?? [],
      notices: data.notices,
      command: parts.control.command ?? "",
      processor: cpus()[0]?.model ?? "unknown",
      members: [...members.values()],
    };
    this.signal = parts.control.signal ?? new AbortController().signal;
  }

  async run(): Promise<CompareOutcome> {
    const { path, folder, data, control } = this.parts;
    folder.save(this.state);
    writeParts(path, data);
    const { members } = this.state;
    control.onEvent?.({ type: "start", folder: path, members: members.map(({ name }) => name), done: members.filter(({ status }) => status === "done").map(({ name }) => name), notices: data.notices });
    for (const [i, { status }] of members.entries()) {
      if (status === "done") continue;
      if ((await this.runMember(i)) === "interrupted") return this.outcome("interrupted");
    }
    return this.outcome("complete");
  }

  private outcome(reason: CompareOutcome["reason"]): CompareOutcome {
    const { path, control } = this.parts;
    const comparison = this.comparison();
    control.onEvent?.({ type: "end", folder: path, reason, members: comparison.members.map(summaryOf) });
    return { reason, folder: path, comparison };
  }

  /** Keeps what a training says. */
  private notice(index: number, message: string): void {
    const { members } = this.state;
    if (members[index].notices.includes(message)) return;
    this.state = { ...this.state, members: members.map((member, i) => (i === index ? { ...member, notices: [...member.notices, message] } : member)) };
  }

  /** Everything that is known so far, to be shown. */
  private comparison(): Comparison {
    const { identity, unit, real, realTexts, members, command, processor } = this.state;
    const { path, options } = this.parts;
    const test = typeof options.test === "string" ? ` --test ${shellArgument(options.test)}` : "";
    return {
      data: identity.data,
      tokenizer: identity.tokenizer,
      budget: identity.budget,
      seeds: [...new Set(members.map(({ seed }) => seed))],
      temperatures: identity.temperatures,
      samples: identity.samples,
      unit,
      real,
      realTexts,
      machine: { cores: availableParallelism(), processor, threads: identity.threads },
      version: packageVersion,
      command,
      repeat: `npx wordloom compare ${shellArgument(identity.data.file)}${test} --plan ${shellArgument(join(path, "comparison.json"))} --out ${shellArgument(`${path}-again`)}`,
      members,
    };
  }

  private update(index: number, member: ComparedMember, more: Omit<StageResult, "member"> = {}): void {
    this.state = { ...this.state, unit: more.unit ?? this.state.unit, real: more.real ?? this.state.real, realTexts: more.realTexts ?? this.state.realTexts, members: this.state.members.map((old, i) => (i === index ? member : old)) };
    this.parts.folder.save(this.state);
  }

  private async runMember(index: number): Promise<"done" | "failed" | "interrupted"> {
    const { temperatures } = this.state.identity;
    const { onEvent } = this.parts.control;
    try {
      for (let stage = nextStage(this.state.members[index], temperatures); stage !== null; stage = nextStage(this.state.members[index], temperatures)) {
        if (this.signal.aborted) return "interrupted";
        this.refuseProse(index);
        const options = await this.planOf(index);
        const result = await runStage(stage, this.request(index, options, stage));
        if (result === null) {
          this.parts.folder.save(this.state); // with what was said so far
          return "interrupted";
        }
        const member = stage.name === "training" ? { ...result.member, sizes: describeRun(this.runFolder(index)), command: this.commandOf(index, options) } : result.member;
        this.update(index, member, result);
      }
    } catch (error) {
      if (this.signal.aborted || (error instanceof WordloomError && error.code === "interrupted")) return "interrupted";
      if (!(error instanceof WordloomError && OF_ONE_TRAINING.has(error.code))) throw error;
      const failure = error.message;
      this.update(index, { ...this.state.members[index], status: "failed", failure });
      onEvent?.({ type: "failed", member: this.state.members[index].name, failure });
      return "failed";
    }
    onEvent?.({ type: "member", ...summaryOf(this.state.members[index]), comparison: this.comparison() });
    return "done";
  }

  private runFolder(index: number): string {
    return join(this.parts.path, "members", this.state.members[index].name);
  }

  private files(): MemberRequest["files"] {
    const { path, data } = this.parts;
    return { train: partFile(path, data, "train"), validation: partFile(path, data, "validation"), test: partFile(path, data, "test") };
  }

  private commandOf(index: number, options: PlannedOptions): string {
    const { train, validation } = this.files();
    return trainCommand({ data: train, validation, ...this.reading(index), ...options, out: `${basename(this.parts.path)}-${this.state.members[index].name}` }).map(shellArgument).join(" ");
  }

  private reading(index: number): ReturnType<typeof readingOf> {
    return readingOf({ stream: this.parts.data.described.kind === "stream", readsLines: this.readsLines(index), files: this.files() });
  }

  /** @throws WordloomError "invalid_data" for a family of lines where a long text has none that are short and many */
  private refuseProse(index: number): void {
    const { data } = this.parts;
    if (data.described.kind !== "stream" || !this.readsLines(index) || passageUnit(data.parts.test[0]).kind === "lines") return;
    throw new WordloomError("invalid_data", `The family ${this.state.members[index].family} reads and writes lines, and the part of "${data.described.file}" to measure on has too few or too long ones; leave the family out, or give a text with a sentence on each line.`);
  }

  /** Whether the family reads separate lines whatever the data is. */
  private readsLines(index: number): boolean {
    const { family } = this.state.members[index];
    return family === "vae" || family === "gan";
  }

  /** The options of a member's training: planned once a family, the same for each of its seeds. */
  private async planOf(index: number): Promise<PlannedOptions> {
    const { family, seed, name } = this.state.members[index];
    const { path, control } = this.parts;
    const planned = this.state.plan.find((known) => known.family === family);
    if (planned) return { ...planned.options, seed } as PlannedOptions;
    const { tokenizer, vocabulary, budget, threads } = this.state.identity;
    control.onEvent?.({ type: "planning", member: name, position: index + 1, count: this.state.members.length });
    const shared = { tokenizer, threads, ...(vocabulary === null ? {} : { vocabulary }) } as PlannedOptions;
    const { train, validation } = this.files();
    const options = await planFamily({ family, seed, budget, shared: { ...shared, ...this.reading(index) }, data: train, validation, folder: path, signal: this.signal });
    const kept = Object.fromEntries(Object.entries(options).filter(([option]) => option !== "lines")) as PlannedOptions;
    this.state = { ...this.state, plan: [...this.state.plan, { family, seed, options: kept as PlannedMember["options"] }] };
    this.parts.folder.save(this.state);
    return { ...kept, seed };
  }

  private request(index: number, options: PlannedOptions, stage: Stage): MemberRequest {
    const { identity, members } = this.state;
    const { data, control } = this.parts;
    const stream = identity.data.kind === "stream";
    const { name } = members[index];
    const current = (): ComparedMember => this.state.members[index]; // with what was said meanwhile
    return {
      get member() {
        return current();
      },
      options,
      run: this.runFolder(index),
      files: this.files(),
      stream,
      readsLines: this.readsLines(index),
      lineShare: stream && this.readsLines(index) ? lineShare(data.parts.validation[0]) : 1,
      samples: identity.samples,
      temperatures: identity.temperatures,
      threads: identity.threads,
      signal: this.signal,
      onProgress: (progress) => {
        if (progress.type === "training" && progress.event.type === "notice") this.notice(index, progress.event.message);
        control.onEvent?.({ type: "progress", member: name, position: index + 1, count: members.length, stage, progress });
      },
    };
  }
}

/** Of a text's characters, those that are no line breaks behind lines with something on them: what a family of lines is measured by. */
function lineShare(text: string): number {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const characters = charactersIn(lines);
  return characters / (characters + lines.length);
}

function summaryOf({ name, family, seed, status, failure, parameters, prediction, training, generations }: ComparedMember): CompareMemberSummary {
  const generation = generations.find(({ temperature }) => temperature === 1);
  return {
    name,
    family,
    seed,
    status,
    ...(failure === null ? {} : { failure }),
    parameters,
    bitsPerCharacter: prediction?.bitsPerCharacter ?? null,
    bound: prediction?.bound ?? false,
    bleu3: generation?.measures.bleu[3] ?? null,
    selfBleu3: generation?.measures.selfBleu?.[3] ?? null,
    steps: training?.steps ?? null,
    seconds: training?.seconds ?? null,
  };
}
