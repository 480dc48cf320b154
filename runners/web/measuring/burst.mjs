// Times a burst of runs.

import { now } from "./timer.mjs";

/** A timing is to be this many steps of the clock long, so that its rounding is 2 % at most. */
const stepsOfTiming = 50;
const longestGroup = 65536;

/** No device file should be able to keep a machine for good. */
const mostTimings = 1_000_000;

/**
 * How many runs are timed together. A power of two, so that bursts of one network, whose
 * fastest run is never quite the same, are nearly always timed in the same groups.
 */
function groupSize(fastest, resolution) {
  const needed = (stepsOfTiming * resolution) / Math.max(fastest, resolution / stepsOfTiming);
  return needed <= 1 ? 1 : Math.min(longestGroup, 2 ** Math.ceil(Math.log2(needed)));
}

async function timeOf(run, group) {
  const start = now();
  for (let i = 0; i < group; ++i) await run();
  return (now() - start) / group;
}

/** How long a run of `run` takes, about: as many as the clock needs to tell. */
async function roughTime(run, resolution) {
  for (let group = 1; ; group *= 2) {
    const time = await timeOf(run, group);
    if (time * group >= 10 * resolution || group >= longestGroup) return time;
  }
}

/**
 * Runs until `settings.least_runs` timings are made and `settings.least_milliseconds` are
 * over. Each timing is of one run, or the mean of a group where a run is too short for the
 * clock. Returns `milliseconds`, in order, `runsPerSecond` and `group`, how many runs the
 * last timing had.
 */
export async function timedBurst(run, settings, resolution) {
  for (let i = 0; i < settings.warmup_runs; ++i) await run();
  // Without a warm-up the first run is to be timed itself, and tells how long one is.
  let fastest = settings.warmup_runs > 0 ? await roughTime(run, resolution) : Infinity;

  const milliseconds = [];
  let total = 0;
  let runs = 0;
  let group = 1;
  const start = now();
  while (
    (milliseconds.length < settings.least_runs || total < settings.least_milliseconds) &&
    milliseconds.length < mostTimings
  ) {
    group = groupSize(fastest, resolution);
    // The clock may stand still over a run that the group's size was not yet known for.
    const time = Math.max(await timeOf(run, group), resolution / stepsOfTiming / group);
    milliseconds.push(time);
    fastest = Math.min(fastest, time);
    total += time * group;
    runs += group;
  }
  return { milliseconds, runsPerSecond: (1000 * runs) / Math.max(now() - start, resolution), group };
}
