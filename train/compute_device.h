#pragma once

#include <cstdint>
#include <string>

#include "core/json_reader.h"
#include "train/libtorch.h"

/// What differs between versions and builds of LibTorch (1.13, 2.x, CUDA) is here.
namespace hwnas::train {

/// `cpu`, `cuda` or `cuda:1`. Throws InputError where this LibTorch or this machine
/// has no such device.
[[nodiscard]] at::Device compute_device(const std::string& name);

/// Waits until everything that was asked of the device is done.
void synchronise(const at::Device& device);

/// Sets the threads of LibTorch and of the BLAS behind it, which LibTorch does not
/// reach in Debian's build, and lets denormal numbers count as zero: they are
/// hundreds of times slower, and dying weights are full of them.
void use_threads(std::int64_t threads);

/// Engine, versions, BLAS, instruction set: the context of a measurement.
[[nodiscard]] Json engine_context();

}  // namespace hwnas::train
