#include "devices/calibration.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hwnas {
namespace {

constexpr double bytes_per_megabyte = 1e6;
constexpr double bytes_per_element = 4;
constexpr double cached_border_megabytes = 1;  // half of a usual second-level cache

struct Trait {
    const char* name;
    double SegmentTraits::*member;
};
constexpr Trait known_traits[] = {{"row", &SegmentTraits::row},
                                  {"dense_row", &SegmentTraits::dense_row},
                                  {"depthwise_row", &SegmentTraits::depthwise_row},
                                  {"weight_megabytes", &SegmentTraits::weight_megabytes},
                                  {"border_megabytes", &SegmentTraits::border_megabytes},
                                  {"large_border_megabytes", &SegmentTraits::large_border_megabytes},
                                  {"segments", &SegmentTraits::segments},
                                  {"kernels", &SegmentTraits::kernels}};

const Trait* find_trait(const std::string& name) {
    const auto* found =
        std::find_if(std::begin(known_traits), std::end(known_traits), [&](const Trait& t) { return t.name == name; });
    return found != std::end(known_traits) ? found : nullptr;
}

std::vector<std::string> trait_names() {
    std::vector<std::string> names;
    for (const auto& trait : known_traits) names.emplace_back(trait.name);
    return names;
}

SegmentTraits sum(const std::vector<SegmentTraits>& network) {
    SegmentTraits total;
    total.segments = 0;
    for (const auto& segment : network)
        for (const auto& trait : known_traits) total.*trait.member += segment.*trait.member;
    return total;
}

/// What may be corrected, from the least to the most: each is tried.
struct Form {
    std::vector<std::string> terms;
    bool constant = true;
};
std::vector<Form> forms() {
    const std::vector<Form> plain{{{"row"}, false},
                                  {{"row"}, true},
                                  {{"row", "weight_megabytes"}, true},
                                  {{"row", "segments"}, false},
                                  {{"row", "weight_megabytes", "segments"}, false},
                                  {{"row", "border_megabytes"}, true},
                                  {{"row", "weight_megabytes", "border_megabytes"}, true},
                                  {{"row", "weight_megabytes", "large_border_megabytes"}, true},
                                  {{"row", "weight_megabytes", "border_megabytes", "kernels"}, true},
                                  {{"row", "weight_megabytes", "border_megabytes", "segments", "kernels"}, true}};
    std::vector<Form> all = plain;
    // Between others, one kind of arithmetic loses more of its speed than another.
    for (const auto& more : {std::vector<std::string>{"dense_row"}, {"depthwise_row"}, {"dense_row", "depthwise_row"}})
        for (Form form : plain) {
            form.terms.insert(form.terms.end(), more.begin(), more.end());
            all.push_back(std::move(form));
        }
    return all;
}

// A row a network, divided by what was measured, so that the fit is of relative errors.
Eigen::MatrixXd design(const Form& form, const std::vector<SegmentTraits>& networks,
                       const std::vector<double>& measured) {
    const auto columns = static_cast<Eigen::Index>(form.terms.size() + (form.constant ? 1 : 0));
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(networks.size()), columns);
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        const auto n = static_cast<std::size_t>(i);
        for (std::size_t t = 0; t < form.terms.size(); ++t)
            matrix(i, static_cast<Eigen::Index>(t)) = networks[n].*find_trait(form.terms[t])->member / measured[n];
        if (form.constant) matrix(i, columns - 1) = 1 / measured[n];
    }
    return matrix;
}

// Mean absolute relative error of each network by the fit to all others, which follows
// from the fit to all and the leverage (Allen's PRESS, Technometrics 16, 1974).
double left_out_error(const Eigen::MatrixXd& matrix) {
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(matrix.rows());
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(matrix);
    if (qr.rank() < matrix.cols()) return std::numeric_limits<double>::infinity();
    const Eigen::VectorXd residual = ones - matrix * qr.solve(ones);
    const Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(matrix.rows(), matrix.cols());
    double error = 0;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        const double others = 1 - q.row(i).squaredNorm();
        if (others < 1e-9) return std::numeric_limits<double>::infinity();
        error += std::abs(residual(i)) / others;
    }
    return error / static_cast<double>(matrix.rows());
}

}  // namespace

SegmentTraits segment_traits(const Segment& segment, double row) {
    SegmentTraits result;
    result.row = row;
    result.weight_megabytes = static_cast<double>(segment.counts.parameters) * bytes_per_element / bytes_per_megabyte;
    const Graph& graph = segment.graph;
    double dense = 0;
    double arithmetic = 0;
    bool grouped = false;
    for (const auto& node : graph.nodes()) {
        const auto macs = static_cast<double>(op::count_macs(node.op, graph.input_shapes(node), node.shape));
        arithmetic += macs;
        const auto* conv = std::get_if<op::Conv>(&node.op);
        if (conv == nullptr) continue;
        grouped = grouped || conv->group > 1;
        if (conv->group == 1 && conv->kernel[0] * conv->kernel[1] > 1) dense += macs;
    }
    if (2 * dense > arithmetic) result.dense_row = row;
    if (grouped) result.depthwise_row = row;
    const auto border = element_count(graph.shape(graph.input())) + element_count(graph.shape(graph.output()));
    result.border_megabytes = static_cast<double>(border) * bytes_per_element / bytes_per_megabyte;
    result.large_border_megabytes = std::max(0.0, result.border_megabytes - cached_border_megabytes);
    for (const auto& node : graph.nodes())
        if (std::holds_alternative<op::Conv>(node.op) || std::holds_alternative<op::Gemm>(node.op)) ++result.kernels;
    return result;
}

double Calibration::of(const SegmentTraits& segment) const {
    double sum = 0;
    for (const auto& term : terms)
        if (const Trait* trait = find_trait(term.trait)) sum += term.factor * segment.*trait->member;
    return sum;
}

double Calibration::of(const std::vector<SegmentTraits>& network) const {
    double sum = constant;
    for (const auto& segment : network) sum += of(segment);
    return sum;
}

Calibration fit_calibration(const std::vector<std::vector<SegmentTraits>>& networks,
                            const std::vector<double>& measured) {
    if (networks.size() != measured.size())
        throw std::invalid_argument("fit_calibration: " + std::to_string(networks.size()) + " networks, " +
                                    std::to_string(measured.size()) + " measurements");
    std::vector<SegmentTraits> sums;
    for (const auto& network : networks) sums.push_back(sum(network));
    const auto all = forms();
    const Form* best = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& form : all) {
        // Fewer than three networks a term would fit their noise.
        if (3 * (form.terms.size() + 1) > networks.size()) continue;
        const double error = left_out_error(design(form, sums, measured));
        // A larger form has to be plainly better.
        if (error > 0.97 * least) continue;
        best = &form;
        least = error;
    }
    if (best == nullptr) return {};
    const Eigen::MatrixXd matrix = design(*best, sums, measured);
    const Eigen::VectorXd factors = matrix.colPivHouseholderQr().solve(Eigen::VectorXd::Ones(matrix.rows()));
    Calibration calibration;
    calibration.terms.clear();
    for (std::size_t t = 0; t < best->terms.size(); ++t)
        calibration.terms.push_back({best->terms[t], factors(static_cast<Eigen::Index>(t))});
    // In the order in which a file has them, so that a network's sum is the same to the last bit once it is read.
    std::sort(calibration.terms.begin(), calibration.terms.end(),
              [](const Calibration::Term& a, const Calibration::Term& b) { return a.trait < b.trait; });
    if (best->constant) calibration.constant = factors(factors.size() - 1);
    return calibration;
}

Json to_json(const Calibration& calibration) {
    Json terms = Json::object();
    for (const auto& term : calibration.terms) terms[term.trait] = term.factor;
    return {{"constant", calibration.constant}, {"terms", std::move(terms)}};
}

Calibration read_calibration(const JsonValue& value) {
    JsonObject object(value);
    Calibration calibration;
    calibration.terms.clear();
    calibration.constant = object.required("constant").number();
    JsonObject terms(object.required("terms"));
    const auto names = trait_names();
    for (const auto& key : terms.keys())
        if (std::find(names.begin(), names.end(), key) != names.end())
            calibration.terms.push_back({key, terms.required(key).number()});
    return calibration;
}

}  // namespace hwnas
