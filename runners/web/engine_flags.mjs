// Flags of V8, which both hosts have.

/**
 * Left alone, V8 runs WebAssembly as its quick compiler leaves it, two to three times as
 * slow, and replaces one function after another behind the scenes once it was called often:
 * what a burst measures would depend on what ran before it. With these flags each function is
 * compiled by the optimising compiler when it is first called. Without inlining the first
 * network waits half as long for that, and networks run as fast.
 */
export const engineFlags = ["--no-liftoff", "--wasm-lazy-compilation", "--no-wasm-inlining", "--expose-gc"];
