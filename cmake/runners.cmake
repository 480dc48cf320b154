# Programs that measure networks on engines which hwnas does not link. ONNX Runtime is
# loaded when the program runs, so nothing of it is needed here.
add_executable(hwnas-onnxruntime
  runners/onnxruntime/main.cpp runners/onnxruntime/api.cpp runners/onnxruntime/session.cpp
  runners/onnxruntime/burst.cpp)
target_link_libraries(hwnas-onnxruntime PRIVATE hwnas_devices ${CMAKE_DL_LIBS})
target_precompile_headers(hwnas-onnxruntime REUSE_FROM hwnas_core)
