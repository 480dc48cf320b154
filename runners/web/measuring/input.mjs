// The images that networks are timed with: random numbers, the same each time.

/** About normal, of mean 0 and variance 1: the sum of four uniform numbers. */
function normalNumbers(count) {
  let state = 0x9e3779b9;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; ++i) numbers[i] = (uniform() + uniform() + uniform() + uniform()) * Math.sqrt(3);
  return numbers;
}

/** The bits of a half-precision number; what would be subnormal becomes 0. */
function halfBits(number, view) {
  view.setFloat32(0, number);
  const bits = view.getUint32(0);
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const sign = (bits >>> 16) & 0x8000;
  if (exponent <= 0) return sign;
  return sign | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

/** The input tensor of a network; `dataType` float32 or int8 (whose files take 32-bit images) or float16. */
export function inputTensor(ort, shape, dataType) {
  const numbers = normalNumbers(shape.reduce((product, extent) => product * extent, 1));
  if (dataType !== "float16") return new ort.Tensor("float32", numbers, shape);
  const view = new DataView(new ArrayBuffer(4));
  return new ort.Tensor("float16", Uint16Array.from(numbers, (number) => halfBits(number, view)), shape);
}
