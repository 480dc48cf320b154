# The only part of the build that knows LibTorch. Another one (2.x, CUDA) comes
# in through CMAKE_PREFIX_PATH.
find_package(Torch REQUIRED)
find_package(ZLIB REQUIRED)
hwnas_library(train PUBLIC hwnas_graph torch PRIVATE ZLIB::ZLIB)
if(NOT "${hwnas_train_type}" STREQUAL "")
endif()
#target_precompile_headers(hwnas_train PRIVATE <torch/torch.h>)
hwnas_program(hwnas-trainer train/main.cpp hwnas_train)
