#pragma once

#include "core/error.h"

namespace hwnas {

/// A device can't run what it was asked to: an operator, a data type, a layer that
/// fits no memory of it. The text says which and why.
class UnsupportedError : public RunError {
public:
    using RunError::RunError;
};

}  // namespace hwnas
