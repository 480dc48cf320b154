#include "predictors/dataset_formats.h"

namespace hwnas {

const std::vector<std::string>& dataset_formats() {
    static const std::vector<std::string> formats{"idx", "cifar10", "cifar100", "image-folder", "npz"};
    return formats;
}

}  // namespace hwnas
