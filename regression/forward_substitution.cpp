#include "regression/forward_substitution.h"

#include <algorithm>
#include <vector>

#include "regression/wide.h"

namespace hwnas {
namespace {

// Sides that are solved together: as many as the sums of one column fit the registers.
constexpr std::ptrdiff_t strip = 4 * wide::lanes;

}  // namespace

void substitute_forward(const RowMajorMatrix& factor, Eigen::MatrixXd& sides, Eigen::Index begin, Eigen::Index end) {
    // A strip of sides, one unknown after the other: a side's own figures lie far apart.
    std::vector<double> local(static_cast<std::size_t>(end * strip));
    for (Eigen::Index first = 0; first < sides.rows(); first += strip) {
        const Eigen::Index width = std::min<Eigen::Index>(strip, sides.rows() - first);
        for (Eigen::Index j = 0; j < end; ++j) {
            const double* from = &sides(first, j);
            std::copy(from, from + width, local.begin() + j * strip);
            std::fill(local.begin() + j * strip + width, local.begin() + (j + 1) * strip, 0.0);
        }
        wide::on_widest([&]() __attribute__((always_inline)) {
            for (Eigen::Index j = begin; j < end; ++j) {
                const double* row = &factor(j, 0);
                double* at = local.data() + j * strip;
                wide::Doubles a;
                wide::Doubles b;
                wide::Doubles c;
                wide::Doubles d;
                wide::load(at, a);
                wide::load(at + wide::lanes, b);
                wide::load(at + 2 * wide::lanes, c);
                wide::load(at + 3 * wide::lanes, d);
                const double* solved = local.data();
                for (Eigen::Index i = 0; i < j; ++i, solved += strip) {
                    wide::Doubles s;
                    wide::load(solved, s);
                    a -= row[i] * s;
                    wide::load(solved + wide::lanes, s);
                    b -= row[i] * s;
                    wide::load(solved + 2 * wide::lanes, s);
                    c -= row[i] * s;
                    wide::load(solved + 3 * wide::lanes, s);
                    d -= row[i] * s;
                }
                wide::store(a / row[j], at);
                wide::store(b / row[j], at + wide::lanes);
                wide::store(c / row[j], at + 2 * wide::lanes);
                wide::store(d / row[j], at + 3 * wide::lanes);
            }
        });
        for (Eigen::Index j = begin; j < end; ++j) std::copy_n(local.begin() + j * strip, width, &sides(first, j));
    }
}

}  // namespace hwnas
