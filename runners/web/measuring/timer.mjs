// The clock of a burst, the same in a browser and in Node.js.

export const now = () => performance.now();

/**
 * The smallest step that the clock makes, in milliseconds. A browser rounds its clock, to
 * 0.005 ms in a cross-origin isolated page and to 0.1 ms elsewhere, and other browsers to
 * other steps, so that it is measured. Where the clock is finer than reading it takes, that
 * time is what is found.
 */
export function measuredResolution(clock = now, steps = 200) {
  let smallest = Infinity;
  let last = clock();
  const end = last + 100;
  for (let seen = 0; seen < steps && last < end;) {
    const time = clock();
    if (time === last) continue;
    smallest = Math.min(smallest, time - last);
    last = time;
    seen += 1;
  }
  // Differences of large numbers: what is below a nanosecond is rounding.
  return Math.max(1e-6, Math.round(smallest * 1e6) / 1e6);
}
