#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// How a network is trained: what a job's `recipe` says and the trainer does.
struct Recipe {
    double epochs = 1;                  ///< passes over the training images; parts of one are allowed
    std::int64_t steps = 0;             ///< 0: by epochs
    std::int64_t train_images = 0;      ///< the first of a fixed shuffle; 0: all
    std::int64_t validation_images = 0; ///< how many of the held-out ones rate; 0: all
    std::int64_t batch = 64;
    std::string optimizer = "sgd";      ///< sgd, adam, rmsprop
    double learning_rate = 0.1;
    double momentum = 0.9;
    double weight_decay = 5e-4;         ///< of convolution and Gemm weights alone
    std::string schedule = "cosine";    ///< cosine, constant, step, one-cycle
    double warmup_fraction = 0.1;
    double label_smoothing = 0;
    std::int64_t resolution = 0;        ///< 0: the network's
    double width_scale = 1;             ///< of all channels; weights are kept at 1 only
    std::vector<std::string> augment{"flip", "shift"};
    std::string compute_device = "cpu"; ///< LibTorch's name: cpu, cuda, cuda:1
    std::int64_t threads = 1;
    bool shuffle_labels = false;        ///< a check: accuracy must fall to chance
    bool rate_test = false;             ///< rate once on the test images after training
};

/// Every key has a default; problems go to the value's document.
[[nodiscard]] Recipe read_recipe(const JsonValue& value);

}  // namespace hwnas
