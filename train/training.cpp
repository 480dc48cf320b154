#include "train/training.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <numeric>

#include "core/error.h"
#include "train/augment.h"
#include "train/averaged_weights.h"
#include "train/batch.h"
#include "train/compute_device.h"
#include "train/loss.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace hwnas::train {
namespace {

constexpr std::int64_t rating_batch = 256;
/// Which training and validation images a smaller set has: the same for all trials.
constexpr std::uint64_t subset_seed = 0x737562736574;

std::span<const std::int64_t> part(const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t count) {
    return {order.data() + first, static_cast<std::size_t>(count)};
}

Rating rate(Network& network, const Images& images, const Normalisation& normalisation, const at::Device& device) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(images.count()));
    std::iota(order.begin(), order.end(), 0);
    std::int64_t right = 0;
    double loss = 0;
    Rng unused(0);
    for (std::int64_t first = 0; first < images.count(); first += rating_batch) {
        const auto batch = part(order, first, std::min(rating_batch, images.count() - first));
        const at::Tensor labels = label_batch(images.labels, batch, device);
        const at::Tensor scores =
            network.forward(image_batch(images, batch, normalisation, {}, unused, device), Mode::evaluation);
        right += scores.argmax(1).eq(labels).sum().item<std::int64_t>();
        loss += cross_entropy(scores, labels, 0).value * static_cast<double>(batch.size());
    }
    const double count = static_cast<double>(images.count());
    return {100 * static_cast<double>(right) / count, loss / count};
}

/// Makes the running statistics anew from some training images, without augmentation, as ratings see them.
void recalibrate(Network& network, const Images& images, const Recipe& recipe, const Normalisation& normalisation,
                 Rng drawing, const at::Device& device) {
    if (recipe.recalibrate_batches == 0) return;
    std::vector<std::int64_t> order(static_cast<std::size_t>(images.count()));
    std::iota(order.begin(), order.end(), 0);
    drawing.shuffle(order);
    const std::int64_t batch = std::min(recipe.batch, images.count());
    const std::int64_t batches = std::min(recipe.recalibrate_batches, images.count() / batch);
    network.restart_statistics();
    for (std::int64_t i = 0; i < batches; ++i)
        (void)network.forward(image_batch(images, part(order, i * batch, batch), normalisation, {}, drawing, device),
                              Mode::training);
}

/// Watches the losses of a training.
class Watch {
public:
    explicit Watch(std::int64_t classes)
        : guessing_(std::log(static_cast<double>(std::max<std::int64_t>(2, classes)))) {}

    void see(double loss, std::int64_t step) {
        if (!std::isfinite(loss)) fail("the loss is not finite", step);
        last_.push_back(loss);
        if (last_.size() > window) last_.pop_front();
        if (last_.size() == window && mean() > 10 * guessing_)
            fail("the loss exploded to " + std::to_string(mean()), step);
    }
    void end(std::int64_t steps) const {
        if (!last_.empty() && mean() > 1.5 * guessing_)
            fail("the loss ended at " + std::to_string(mean()) + ", worse than guessing", steps);
    }
    void rated(const Rating& rating, std::int64_t step) const {
        if (!std::isfinite(rating.loss)) fail("the loss on validation images is not finite", step);
    }

private:
    static constexpr std::size_t window = 20;

    [[nodiscard]] double mean() const {
        return std::accumulate(last_.begin(), last_.end(), 0.0) / static_cast<double>(last_.size());
    }
    [[noreturn]] void fail(const std::string& how, std::int64_t step) const {
        throw Diverged("training diverged: " + how + " at step " + std::to_string(step) + " (guessing has " +
                       std::to_string(guessing_) + "); try a lower learning rate or a longer warm-up");
    }

    double guessing_;
    std::deque<double> last_;
};

/// A set of images as a recipe wants it: fewer, or of another size. The images
/// themselves where it wants neither.
const Images& wanted(const Images& images, std::int64_t count, std::int64_t resolution, Images& made) {
    const bool fewer = count > 0 && count < images.count();
    const bool other_size = resolution > 0 && (images.height != resolution || images.width != resolution);
    if (!fewer && !other_size) return images;
    made = subset(images, count, subset_seed);
    if (other_size) made = resized(made, resolution, resolution);
    return made;
}

}  // namespace

TrainingResult train_network(const Graph& graph, const Recipe& recipe, const Dataset& dataset, std::uint64_t seed,
                             const Weights* initial_weights, const std::map<std::int64_t, double>& give_up) {
    const c10::InferenceMode guard;
    const at::Device device = compute_device(recipe.compute_device);
    use_threads(recipe.threads);
    const Rng root(seed);
    Network network(graph, device);
    network.initialise(root.split(seed_word("initial weights")));
    if (initial_weights != nullptr) network.load(*initial_weights, "initial weights", Wanted::some);

    Images made_training, made_validation;
    const Images& training = wanted(dataset.training, recipe.train_images, recipe.resolution, made_training);
    const Images& validation =
        wanted(dataset.validation, recipe.validation_images_used, recipe.resolution, made_validation);
    // Of all training images, whatever part of them this recipe takes: it is what
    // the network's file tells of its input.
    const Normalisation normalisation(dataset.training);
    const Augmentation augmentation{recipe.flip,
                                    recipe.shift ? suitable_shift(std::min(training.height, training.width)) : 0};
    std::vector<std::int32_t> labels = training.labels;
    if (recipe.shuffle_labels) {
        Rng rng = root.split(seed_word("labels"));
        rng.shuffle(labels);
    }

    const std::int64_t batch = std::min(recipe.batch, training.count());
    const std::int64_t steps_per_epoch = training.count() / batch;  // the rest of a shuffle is left out
    const std::int64_t steps = recipe.steps > 0 ? recipe.steps : recipe.epochs * steps_per_epoch;
    std::vector<std::int64_t> order(static_cast<std::size_t>(training.count()));
    std::iota(order.begin(), order.end(), 0);
    Rng shuffling = root.split(seed_word("shuffling")), augmenting = root.split(seed_word("augmentation"));

    Optimizer optimizer(recipe, network.parameters(), network.gradients(), network.decayed_parameters());
    AveragedWeights averaged(recipe.averaged_fraction, steps);
    const auto recalibrated = [&] {
        recalibrate(network, training, recipe, normalisation, root.split(seed_word("recalibration")), device);
    };
    Watch watch(dataset.classes);
    TrainingResult result;
    for (std::int64_t step = 0; step < steps;) {
        const auto start = std::chrono::steady_clock::now();
        shuffling.shuffle(order);
        const std::int64_t epoch_steps = std::min(steps_per_epoch, steps - step);
        EpochRecord record;
        for (std::int64_t i = 0; i < epoch_steps; ++i, ++step) {
            const auto chosen = part(order, i * batch, batch);
            const at::Tensor scores = network.forward(
                image_batch(training, chosen, normalisation, augmentation, augmenting, device), Mode::training);
            const Loss loss = cross_entropy(scores, label_batch(labels, chosen, device), recipe.label_smoothing);
            watch.see(loss.value, step);
            network.backward(loss.gradient);
            optimizer.step(learning_rate(recipe, step, steps));
            averaged.see(network.parameters(), step);
            record.train_loss += loss.value / static_cast<double>(epoch_steps);
        }
        synchronise(device);
        result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        result.images += epoch_steps * batch;
        if (step == steps) {
            averaged.put_into(network.parameters());
            recalibrated();
        }
        record.validation = rate(network, validation, normalisation, device);
        watch.rated(record.validation, step);
        result.epochs.push_back(record);
        const auto epochs = static_cast<std::int64_t>(result.epochs.size());
        if (const auto most = give_up.find(epochs);
            step < steps && most != give_up.end() && record.train_loss > most->second) {
            result.given_up_after = epochs;
            break;
        }
    }
    if (!result.given_up_after) watch.end(steps);
    if (steps == 0) recalibrated();
    result.validation = steps > 0 ? result.epochs.back().validation : rate(network, validation, normalisation, device);
    if (recipe.rate_test && !result.given_up_after) {
        Images made_test;
        result.test_top1 =
            rate(network, wanted(dataset.test, 0, recipe.resolution, made_test), normalisation, device).top1;
    }
    result.weights = network.weights();
    return result;
}

}  // namespace hwnas::train
