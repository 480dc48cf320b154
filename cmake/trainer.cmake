# The only part of the build that knows LibTorch. Another one (2.x, CUDA) comes
# in through CMAKE_PREFIX_PATH.
find_package(Torch REQUIRED)
find_package(PNG)

hwnas_library(train OWN_HEADERS PUBLIC hwnas_predictors torch)
# LibTorch's headers take ten seconds to read, so once for all.
target_precompile_headers(hwnas_train PRIVATE ${PROJECT_SOURCE_DIR}/train/libtorch.h)
if(PNG_FOUND)  # images by class may be PNG then
  target_link_libraries(hwnas_train PUBLIC PNG::PNG)
  target_compile_definitions(hwnas_train PUBLIC HWNAS_HAVE_PNG)
endif()
# Loops that are timed should be compiled alike in every kind of build but a plain
# debug one.
set_source_files_properties(${PROJECT_SOURCE_DIR}/train/kernels.cpp PROPERTIES
  COMPILE_OPTIONS "-O2" SKIP_PRECOMPILE_HEADERS ON)
foreach(plain dataset idx_files cifar_files image_folder image_formats augment)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/train/${plain}.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endforeach()

hwnas_program(hwnas-trainer train/main.cpp hwnas_train)
