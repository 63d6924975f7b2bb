// Rooms import one way: each room only from the rooms above it in this list. Tests may import anything.

const ROOMS = [
  ["tensor"],
  ["onnx"],
  ["runtime"],
  ["storage"],
  ["nn"],
  ["models"],
  ["text"],
  ["training"],
  ["generation"],
  ["evaluation", "explanation"],
  ["exchange"],
  ["api"],
  ["experiments"],
  ["server"],
  ["cli"],
];

const TESTS = String.raw`\.test\.ts$|/testing/`;
const anyOf = (names) => `(${names.join("|")})`;
const room = (...names) => `^src/${anyOf(names)}/`;

/** One rule a room: what it must not import, which is every room beside and below it. */
const roomOrder = ROOMS.flatMap((names, index) =>
  names.map((name) => {
    const beside = names.filter((other) => other !== name);
    const below = ROOMS.slice(index + 1).flat();
    return {
      name: `${name}-imports-only-from-above`,
      comment: `src/${name}/ may import only rooms above it: ${ROOMS.slice(0, index).flat().join(", ") || "none"}.`,
      severity: "error",
      from: { path: room(name), pathNot: TESTS },
      to: { path: [...(beside.length + below.length > 0 ? [room(...beside, ...below)] : []), "^src/index\\.ts$"] },
    };
  }),
);

/** What a room must not know although it stands above. */
const forbid = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { path: room(...from), pathNot: TESTS },
  to: { path: room(...to) },
});

module.exports = {
  forbidden: [
    ...roomOrder,
    forbid("text-knows-no-models", "Text is read and split the same way for every family.", ["text"], ["nn", "models"]),
    forbid("models-know-no-files", "A family is a graph; others load and save it.", ["models"], ["storage"]),
    forbid("generation-knows-no-family", "One loop decodes for all families, through src/generation/decoder.ts.", ["generation"], ["models"]),
    {
      name: "storage-stands-alone",
      comment: "Files and their formats know nothing of what is stored: src/storage/ imports only src/errors.ts.",
      severity: "error",
      from: { path: room("storage"), pathNot: TESTS },
      to: { path: "^src/", pathNot: [room("storage"), "^src/errors\\.ts$"] },
    },
    {
      name: "families-touch-no-machine",
      comment: "Graphs are built the same way in Node and in a browser: no modules of Node.",
      severity: "error",
      from: { path: room("tensor", "onnx", "nn", "models"), pathNot: TESTS },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "errors-import-nothing",
      comment: "src/errors.ts is imported by all rooms, so it imports none.",
      severity: "error",
      from: { path: "^src/errors\\.ts$" },
      to: { path: "^src/" },
    },
    {
      name: "library-loads-no-command-line",
      comment: "Who imports the package loads no terminal and no server.",
      severity: "error",
      from: { path: "^src/index\\.ts$" },
      to: { path: room("cli", "server") },
    },
    {
      name: "no-unknown-room",
      comment: "A new folder of src/ needs its place in the list of rooms.",
      severity: "error",
      from: { path: "^src/", pathNot: [room(...ROOMS.flat()), "^src/(errors|index)\\.ts$", TESTS] },
      to: {},
    },
    {
      name: "no-import-of-unknown-room",
      comment: "A new folder of src/ needs its place in the list of rooms.",
      severity: "error",
      from: { path: "^src/", pathNot: TESTS },
      to: { path: "^src/", pathNot: [room(...ROOMS.flat()), "^src/(errors|index)\\.ts$"] },
    },
    {
      name: "no-cycles",
      comment: "Types may know each other. Operators may too: the derivative of one is made of the others.",
      severity: "error",
      from: { pathNot: "^src/tensor/operators/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-tests-in-the-product",
      comment: "Only tests import tests, what helps them, and packages for development.",
      severity: "error",
      from: { path: "^src/", pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: "no-development-packages-in-the-product",
      severity: "error",
      from: { path: "^src/", pathNot: TESTS },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-undeclared-packages",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-missing-modules",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "src-imports-nothing-beside-it",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(bench|examples|fixtures)/" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
