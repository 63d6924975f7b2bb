// A comparison under way: each family trained and measured in turn, each stage kept when it is done; one that fails does not stop the rest.

import { availableParallelism, cpus } from "node:os";
import { basename, join } from "node:path";
import { WordloomError } from "../errors.js";
import { packageVersion } from "../storage/package_version.js";
import { shellArgument } from "../training/shell_argument.js";
import { partFile, writeParts, type PreparedData } from "./compare_data.js";
import type { CompareEvent, CompareMemberSummary } from "./compare_events.js";
import type { ComparisonIdentity, ComparisonState, PlannedMember } from "./compare_folder.js";
import { nextStage, runStage, type MemberRequest, type Stage, type StageResult } from "./compare_member.js";
import type { CompareOptions } from "./compare_options.js";
import { planFamily, type PlannedOptions } from "./compare_plan.js";
import { COMPARED_FAMILIES, type ComparedFamily, type ComparedMember, type Comparison } from "./comparison.js";
import { describeRun } from "./describe_run.js";
import type { StudyFolder } from "./study_folder.js";
import { trainCommand } from "./train_command.js";

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
    const families = options.families ?? (begun ? [] : COMPARED_FAMILIES.filter(() => plan === null));
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
        const options = await this.planOf(index);
        const result = await runStage(stage, this.request(index, options, stage));
        if (result === null) return "interrupted";
        const member = stage.name === "training" ? { ...result.member, sizes: describeRun(this.runFolder(index)), command: this.commandOf(index, options) } : result.member;
        this.update(index, member, result);
      }
    } catch (error) {
      if (this.signal.aborted || (error instanceof WordloomError && error.code === "interrupted")) return "interrupted";
      const failure = error instanceof Error ? error.message : String(error);
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
    const lines = this.parts.data.described.kind === "stream" ? (this.readsLines(index) ? {} : { lines: false }) : train.endsWith(".txt") && !this.readsLines(index) ? { lines: true } : {};
    return trainCommand({ data: train, validation, ...lines, ...options, out: `${basename(this.parts.path)}-${this.state.members[index].name}` }).map(shellArgument).join(" ");
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
    const kind = this.parts.data.described.kind;
    const lines = this.readsLines(index) ? {} : kind === "stream" ? { lines: false } : train.endsWith(".txt") ? { lines: true } : {};
    const options = await planFamily({ family, seed, budget, shared: { ...shared, ...lines }, data: train, validation, folder: path, signal: this.signal });
    const kept = Object.fromEntries(Object.entries(options).filter(([option]) => option !== "lines")) as PlannedOptions;
    this.state = { ...this.state, plan: [...this.state.plan, { family, seed, options: kept as PlannedMember["options"] }] };
    this.parts.folder.save(this.state);
    return { ...kept, seed };
  }

  private request(index: number, options: PlannedOptions, stage: Stage): MemberRequest {
    const { identity, members } = this.state;
    const { data, control } = this.parts;
    const stream = identity.data.kind === "stream";
    const member = members[index];
    return {
      member,
      options,
      run: this.runFolder(index),
      files: this.files(),
      stream: stream && !this.readsLines(index),
      lineShare: stream && this.readsLines(index) ? lineShare(data.parts.test[0]) : 1,
      samples: identity.samples,
      temperatures: identity.temperatures,
      threads: identity.threads,
      signal: this.signal,
      onProgress: (progress) => control.onEvent?.({ type: "progress", member: member.name, position: index + 1, count: members.length, stage, progress }),
    };
  }
}

/** Of a text's characters, those that are no line breaks behind lines with something on them: what a family of lines is measured by. */
function lineShare(text: string): number {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
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
