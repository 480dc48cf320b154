# The only part of the build that knows LibTorch. Another one (2.x, CUDA) comes
# in through CMAKE_PREFIX_PATH.
find_package(Torch REQUIRED)
find_package(PNG REQUIRED)
# Debian's own CMake file of libzip asks for programs of other packages, and TurboJPEG has none.
find_library(HWNAS_ZIP zip REQUIRED)
find_path(HWNAS_ZIP_INCLUDE zip.h REQUIRED)
find_library(HWNAS_TURBOJPEG turbojpeg REQUIRED)
find_path(HWNAS_TURBOJPEG_INCLUDE turbojpeg.h REQUIRED)

hwnas_library(train OWN_HEADERS FOLDERS kernels PUBLIC hwnas_predictors torch)
# LibTorch's headers take ten seconds to read, so once for all.
target_precompile_headers(hwnas_train PRIVATE ${PROJECT_SOURCE_DIR}/train/libtorch.h)
target_link_libraries(hwnas_train PUBLIC PNG::PNG ${HWNAS_ZIP} ${HWNAS_TURBOJPEG})
target_include_directories(hwnas_train SYSTEM PUBLIC ${HWNAS_ZIP_INCLUDE} ${HWNAS_TURBOJPEG_INCLUDE})
# Loops that are timed should be compiled alike in every kind of build but a plain
# debug one.
foreach(units avx2 avx512)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/train/kernels/${units}.cpp PROPERTIES
    COMPILE_OPTIONS "-O2" SKIP_PRECOMPILE_HEADERS ON)
endforeach()
foreach(plain dataset idx_files cifar_files npy_array npz_files image_folder image_formats augment)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/train/${plain}.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endforeach()

hwnas_program(hwnas-trainer train/main.cpp hwnas_train)
