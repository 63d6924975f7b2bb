// Property tests draw the same inputs at each run, so that a change is judged by what it does; PROPERTY_SEED draws others.

import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
