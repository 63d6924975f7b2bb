// Where the sentences of a file lie in a variational autoencoder's latent space, as a job for a worker thread.

import { WordloomError } from "../errors.js";
import { collapseNotice } from "../evaluation/collapse.js";
import { activity, divergences } from "../evaluation/latent_measures.js";
import { mutualInformation } from "../evaluation/mutual_information.js";
import { samplePosteriors } from "../evaluation/sample_posteriors.js";
import { RandomStream } from "../runtime/random.js";
import { counted } from "../text/corpus.js";
import { readMeasured, type MeasuredRequest } from "./latent_sentences.js";
import { openedLatent } from "./opened_latent.js";

/** Points of sentences with what the dimensions are worth: data for `latentHtml`, `latentSvg` and `latentJson`. */
export interface ExplainedSpace {
  readonly data: string;
  readonly texts: readonly string[];
  readonly labels: readonly (string | null)[];
  /** (texts × dimensions), row by row: the means of the posteriors. */
  readonly means: Float32Array;
  readonly units: readonly { readonly activity: number; readonly divergence: number }[];
  /** I(x; z) in nats. */
  readonly mutualInformation: number;
  readonly notices: readonly string[];
}

/** @throws WordloomError what `readMeasured` throws; "invalid_data" for a single sentence; "interrupted" */
export async function explainLatentJob(request: MeasuredRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<ExplainedSpace> {
  const { run: path, device, threads, data } = request;
  const latent = openedLatent({ run: path, device, threads });
  const { pairs, labels, sentences, notices } = await readMeasured(latent, request, signal, true);
  if (pairs.length < 2) throw new WordloomError("invalid_data", `"${data}" has only ${counted(pairs.length, "sentence")} that the model can hold, too few to draw a map of; give more.`);
  const posteriors = await latent.space.encode(sentences, signal);
  const activities = activity(posteriors);
  const { perDimension, total } = divergences(posteriors);
  const information = mutualInformation(posteriors, samplePosteriors(posteriors, new RandomStream(0, "points of an evaluation")));
  const collapse = collapseNotice({ divergence: total, information });
  return {
    data,
    texts: pairs.map(({ source }) => source),
    labels,
    means: posteriors.means,
    units: Array.from(activities, (value, unit) => ({ activity: value, divergence: perDimension[unit] })),
    mutualInformation: information.nats,
    notices: [...notices, ...(collapse ? [collapse] : [])],
  };
}
