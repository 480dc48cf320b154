#pragma once

#include <string>
#include <unordered_set>
#include <vector>

namespace hwnas {

/// Gives every name once: a taken one gets a number.
class UniqueNames {
public:
    explicit UniqueNames(std::string reserved) : taken_{std::move(reserved)} {}
    [[nodiscard]] std::string unique(const std::string& name);

private:
    std::unordered_set<std::string> taken_;
};

/// A node's name from an exporter's: `/layer1/layer1.0/conv1/Conv` becomes `layer1.0.conv1`.
/// Letters that file formats might not like become `_`; a node without a name is called by
/// its operator's.
[[nodiscard]] std::string clean_name(const std::string& name, const std::string& op_type);

/// The dotted prefix that names have in common, of one name all but its last part; the
/// first name where they have none.
[[nodiscard]] std::string common_name(const std::vector<std::string>& names);

}  // namespace hwnas
