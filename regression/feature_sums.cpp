#include "regression/feature_sums.h"

#include "regression/wide.h"

namespace hwnas {

void add_features(const Eigen::MatrixXd& features, const Eigen::VectorXd& at, const FeatureWeights& weights,
                  std::ptrdiff_t count, double* into) {
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (Eigen::Index f = 0; f < at.size(); ++f) {
            const double* column = features.data() + f * features.rows();
            const double feature = at[f];
            const double line = weights.line[f];
            const double curve = weights.curve[f];
            for (std::ptrdiff_t n = 0; n < count; n += wide::lanes) {
                wide::Doubles x;
                wide::Doubles sum;
                wide::load(column + n, x);
                wide::load(into + n, sum);
                const wide::Doubles away = x - feature;
                sum += line * (x * feature) + curve / (1.0 + 0.5 * (away * away));
                wide::store(sum, into + n);
            }
        }
    });
}

void add_feature_slopes(const Eigen::MatrixXd& features, const Eigen::VectorXd& at, const double* factors,
                        std::ptrdiff_t count, FeatureWeights& slopes) {
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (Eigen::Index f = 0; f < at.size(); ++f) {
            const double* column = features.data() + f * features.rows();
            const double feature = at[f];
            wide::Doubles line{};
            wide::Doubles curve{};
            for (std::ptrdiff_t n = 0; n < count; n += wide::lanes) {
                wide::Doubles x;
                wide::Doubles factor;
                wide::load(column + n, x);
                wide::load(factors + n, factor);
                const wide::Doubles away = x - feature;
                line += factor * (x * feature);
                curve += factor / (1.0 + 0.5 * (away * away));
            }
            for (std::ptrdiff_t lane = 0; lane < wide::lanes; ++lane) {
                slopes.line[f] += line[lane];
                slopes.curve[f] += curve[lane];
            }
        }
    });
}

}  // namespace hwnas
