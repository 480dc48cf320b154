// The worker of the page. Its thread draws nothing and may wait for others, which the
// page's may not: with more threads than one that one would spin.

import { workerSide } from "./measuring/worker_side.mjs";

async function fetchModel(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`the network cannot be fetched from the runner: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The browser's whole version: the user agent only names the first of its numbers. */
async function browserName() {
  const { fullVersionList } = await navigator.userAgentData.getHighEntropyValues(["fullVersionList"]);
  const chromium = fullVersionList.find(({ brand }) => brand === "Chromium");
  return chromium === undefined ? navigator.userAgent : `Chromium ${chromium.version}`;
}

const perform = workerSide({
  load: () => import("./ort.wasm.min.mjs"),
  fetchModel,
  collect: globalThis.gc,
  describe: async () => ({ host: await browserName(), cross_origin_isolated: globalThis.crossOriginIsolated }),
  send: (answer) => postMessage(answer),
});
onmessage = ({ data }) => perform(data);
