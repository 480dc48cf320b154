#pragma once

// The one place that includes LibTorch. Its headers take ten seconds to read, so
// this file is precompiled. <ATen/ATen.h> has tensors and operators; the gradients
// are ours (layers.h), and <torch/torch.h> would take three times as long.
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
